import type { KubeConfig } from "@kubernetes/client-node";
import { Option, type Command } from "commander";

import type { KubeConfigOptions } from "../../kube/client";
import { KubeconfigError, NAME_ONE } from "../../kube/kubeconfig-file";
import type { KubeConfigOverrides } from "../../kube/kubeconfig-overrides";
import { Failure, EXIT } from "../terminal/failure";
import type { KubectlCommand } from "./kubectl-command";
import {
  describeDuration,
  namespaceOption,
  notEmpty,
  parseDuration,
  RepeatableOption,
} from "./option-types";

/** Milliseconds for one call. A user's cluster may be far away. */
const CALL_DEADLINE_MS = 30_000;

/** The parsed options of addClusterOptions. */
export interface ClusterOptions {
  kubeconfig?: string;
  context?: string;
  /** For `gmsa lint` and `gmsa test` this is a switch, not a name. */
  cluster?: string | boolean;
  user?: string;
  server?: string;
  certificateAuthority?: string;
  insecureSkipTlsVerify?: boolean;
  token?: string;
  as?: string;
  asGroup?: string[];
  requestTimeout: number;
}

const GROUP = "Cluster, as in kubectl:";

/** Adds the options that select a cluster, named as in kubectl. */
export function addClusterOptions(command: Command): Command {
  return command
    .optionsGroup(GROUP)
    .option(
      "--kubeconfig <file>",
      "kubeconfig to use (default: $KUBECONFIG, ~/.kube/config)",
      notEmpty,
    )
    .option("--context <name>", "context of the kubeconfig to use (default: its current one)")
    .option("--user <name>", "user of the kubeconfig to use (default: that of the context)")
    .option("-s, --server <url>", "address of the API server")
    .option(
      "--certificate-authority <file>",
      "PEM file of the authority of the server's certificate",
    )
    .option("--insecure-skip-tls-verify", "do not verify the server's certificate")
    .option("--token <token>", "bearer token to log on with", notEmpty)
    .option("--as <user>", "user to impersonate, such as system:serviceaccount:shop:web", notEmpty)
    .addOption(new RepeatableOption("--as-group <group>", "group to impersonate, with --as"))
    .addOption(
      new Option("--request-timeout <duration>", "longest time for one call, 0 for no limit")
        .argParser(parseTimeout)
        .default(CALL_DEADLINE_MS, describeDuration(CALL_DEADLINE_MS)),
    );
}

/**
 * Adds `--cluster`, as in kubectl, to each command except `gmsa lint` and `gmsa test`, where it is a switch
 * that turns on cluster lookups. For that reason it is not an option of the program, which would accept it at
 * any position.
 */
export function addClusterName(program: KubectlCommand): void {
  const named = (): Option =>
    new Option("--cluster <name>", "cluster of the kubeconfig (default: that of the context)");
  for (const command of program.commands) {
    if (command.options.some(({ long }) => long === "--cluster")) continue;
    command.addOption(named().hideHelp(WITHOUT_CLUSTER.includes(command.name())));
  }
  program.passOn(named().helpGroup(GROUP));
}

/** These commands accept the option as the others do, but do not contact a cluster. */
const WITHOUT_CLUSTER = ["convert", "create", "explain", "completion"];

/** Parses a duration or a number of seconds, as kubectl does. */
function parseTimeout(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
}

/** The context and server that @kubernetes/client-node uses if there is no kubeconfig. */
const NO_KUBECONFIG = { context: "loaded-context", server: "http://localhost:8080" };

const CHOOSE = "Choose one with --context. Run `kubectl config get-contexts` to list them.";

/**
 * Loads the cluster that the command's options select.
 *
 * @throws Failure if the file or the context does not exist, or there is no kubeconfig.
 */
export async function kubeConfigOf(command: Command): Promise<KubeConfig> {
  const options = command.optsWithGlobals<ClusterOptions>();
  const { loadKubeConfig } = await import("../../kube/client");
  let kubeConfig: KubeConfig;
  try {
    kubeConfig = loadKubeConfig(kubeConfigOptions(options));
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    throw new Failure(error.message, error.remedy, EXIT.usage);
  }
  refuseWithoutServer(kubeConfig);
  return kubeConfig;
}

/**
 * Converts the options to settings for loading the kubeconfig.
 *
 * @throws Failure if groups are given without a user.
 */
export function kubeConfigOptions(options: ClusterOptions): KubeConfigOptions {
  const { kubeconfig: file, context, requestTimeout: deadlineMs } = options;
  return { file, context, deadlineMs, overrides: overridesIn(options), environment: process.env };
}

/** @throws Failure if groups are given without a user. */
function overridesIn(options: ClusterOptions): KubeConfigOverrides {
  const { user, server, certificateAuthority, insecureSkipTlsVerify, token } = options;
  const { as, asGroup = [] } = options;
  const cluster = typeof options.cluster === "string" ? options.cluster : undefined;
  if (as === undefined && asGroup.length > 0) {
    throw new Failure("--as-group needs --as", "Only a user can be in groups.", EXIT.usage);
  }
  const impersonation = as === undefined ? undefined : { user: as, groups: asGroup };
  const ofUser = { user, token, impersonation };
  return { cluster, server, certificateAuthority, insecureSkipTlsVerify, ...ofUser };
}

/** Refuses a current context without a usable server. */
function refuseWithoutServer(kubeConfig: KubeConfig): void {
  // Undefined if the file does not set it, although the type does not say so.
  const name = (kubeConfig.getCurrentContext() as string | undefined) ?? "";
  if (name === "") {
    throw new Failure("the kubeconfig has no current context", CHOOSE, EXIT.usage);
  }
  const context = kubeConfig.getContextObject(name);
  if (context === null) {
    const problem = `the current context of the kubeconfig is "${name}", which it does not have`;
    throw new Failure(problem, CHOOSE, EXIT.usage);
  }
  const cluster = kubeConfig.getCluster(context.cluster);
  if (cluster === null) {
    const problem = `context "${name}" names cluster "${context.cluster}", for which the kubeconfig has no server`;
    throw new Failure(problem, CHOOSE, EXIT.usage);
  }
  if (name === NO_KUBECONFIG.context && cluster.server === NO_KUBECONFIG.server) {
    throw new Failure("there is no kubeconfig", NAME_ONE, EXIT.usage);
  }
  if (!/^https?:\/\//.test(cluster.server) || !URL.canParse(cluster.server)) {
    const problem = `cluster "${cluster.name}" of the kubeconfig has the server "${cluster.server}", which is not a URL`;
    throw new Failure(problem, "It must be a URL such as https://HOST:6443.", EXIT.usage);
  }
}

export interface NamespaceOptions {
  namespace?: string;
  allNamespaces?: boolean;
}

/** Adds `-n` and `-A`, as in kubectl. */
export function addNamespaceOptions(command: Command): Command {
  return command
    .addOption(namespaceOption("namespace to use (default: that of the context)"))
    .option("-A, --all-namespaces", "use all namespaces");
}

/** The requested namespace. Undefined means all namespaces. */
export function namespaceOf(
  { namespace, allNamespaces }: NamespaceOptions,
  kubeConfig: KubeConfig,
): string | undefined {
  if (allNamespaces === true) return undefined;
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  return namespace ?? context?.namespace ?? "default";
}
