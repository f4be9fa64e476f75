import type { Command } from "commander";

import { kubeConfigOf } from "../../options/cluster-options";
import { table } from "../../terminal/columns";
import { EXIT, Failure } from "../../terminal/failure";
import { printResult } from "../../terminal/output";
import { credspecResourceName } from "../../../rules/credspec/resource";
import { addNamespaceFilter, filteredNamespace } from "../../options/workload-options";
import { noHeadersOption, outputOption, type OutputFormat } from "../../terminal/output-format";
import { describeObject } from "../../../rules/rbac/binding";
import { RbacGrants, type Grant } from "../../../rules/rbac/grants";
import type { RbacObjects } from "../../../rules/rbac/rbac-objects";
import type { Terminal } from "../../terminal/terminal";
import { credspecNameIn } from "./grant-options";

const HELP = `
Reads Roles, ClusterRoles and their bindings, and lists who may use the credential spec, where, and by
which of them. Grants of other authorizers, such as a webhook, are not listed.

Examples:
  # Everybody who may use it, and by which objects
  gmsa who-can webapp1

  # For Pods of one namespace
  gmsa who-can webapp1 -n shop

  # The reverse: what Pods of a service account may use
  gmsa who-can --list --as system:serviceaccount:shop:web

  # From manifests only
  kubectl kustomize overlay | gmsa who-can webapp1 -f -

Needs to list roles, clusterroles, rolebindings and clusterrolebindings, and to get gmsacredentialspecs to
report a name that does not exist. --list needs only the right to impersonate.

Exit codes: 0 done, 1 failed, 2 wrong usage.`;

interface Options {
  list?: boolean;
  namespace?: string;
  allNamespaces?: boolean;
  headers: boolean;
  filename?: string[];
  recursive?: boolean;
  output: OutputFormat;
}

/** Adds `gmsa who-can`. */
export function addWhoCan(program: Command, terminal: Terminal): void {
  const command = program
    .command("who-can")
    .description("list who may use a credential spec, and by which objects")
    // The name is optional only for commander: if -f has taken it, credspecName prints a better error.
    .usage("[options] <credspec>|--list")
    .argument("[credspec]", "name of a GMSACredentialSpec")
    .option(
      "--list",
      "list the credential specs that you, or the user of --as, may use in one namespace",
    )
    .option("-f, --filename <file...>", "use these manifests instead of a cluster")
    .option("-R, --recursive", "search subdirectories too")
    .addOption(outputOption(["wide", "name"]))
    .addOption(noHeadersOption())
    .addHelpText("after", HELP);
  addNamespaceFilter(command, "for Pods of this namespace").action(
    async (named: string | undefined, options: Options) => {
      if (options.list === true) {
        await printMayUse(named, { options, command, terminal });
      } else {
        await printGrants(credspecName(named, options), { options, command, terminal });
      }
    },
  );
}

interface Context {
  options: Options;
  command: Command;
  terminal: Terminal;
}

async function printGrants(
  credspec: string,
  { options, command, terminal }: Context,
): Promise<void> {
  const wanted = filteredNamespace(options);
  const [objects, isMissing] = await Promise.all([
    rbacOf(options, command),
    options.filename === undefined && isMissingFrom(command, credspec),
  ]);
  const grants = new RbacGrants(objects)
    .of(credspec)
    .filter(
      ({ namespace }) => wanted === undefined || namespace === undefined || namespace === wanted,
    );
  await printResult(terminal, options.output, {
    value: { credspec, grants },
    rows: grants,
    headers: options.headers,
    table: isWide => tableOf(credspec, grants, { isWide, headers: options.headers }),
    names: () => [...new Set(grants.map(({ subject }) => subjectName(subject)))],
  });
  if (isMissing) {
    terminal.say(
      `warning: there is no GMSACredentialSpec ${credspec}; run \`kubectl get gmsa\` to list the existing ones`,
    );
  }
}

/** @throws Failure if it is combined with other requests. */
async function printMayUse(
  named: string | undefined,
  { options, command, terminal }: Context,
): Promise<void> {
  const others = [named, options.filename, options.allNamespaces];
  if (others.some(other => other !== undefined)) {
    throw new Failure(
      "--list shows the credential specs of one user in one namespace, and cannot be combined with a name, -f or -A",
      "Choose another user with --as; the default is you.",
      EXIT.usage,
    );
  }
  const { mayUseLines, whatMayBeUsed } = await import("./may-use");
  const found = await whatMayBeUsed(command, options);
  await printResult(terminal, options.output, {
    value: found,
    rows: found.credspecs.map(name => ({ name })),
    headers: options.headers,
    table: () => mayUseLines(found),
    names: () => found.credspecs.map(credspecResourceName),
  });
  if (found.incomplete !== undefined) {
    terminal.say(`warning: the list may be incomplete: ${found.incomplete}`);
  }
}

/** @throws Failure if the name is missing or invalid. */
function credspecName(named: string | undefined, { filename = [] }: Options): string {
  if (named === undefined) {
    throw new Failure(
      "the name of a credential spec is missing",
      filename.length > 1
        ? "Write it before -f, because -f reads all words up to the next option as files."
        : "See `gmsa who-can --help`.",
      EXIT.usage,
    );
  }
  return credspecNameIn(named);
}

/** Whether the credential spec does not exist in the cluster. False if the user may not read it. */
async function isMissingFrom(command: Command, credspec: string): Promise<boolean> {
  const { missingCredspecs } = await import("./kube-rbac");
  try {
    return (await missingCredspecs(await kubeConfigOf(command), [credspec])).length > 0;
  } catch {
    return false;
  }
}

async function rbacOf(options: Options, command: Command): Promise<RbacObjects> {
  const { filename, recursive = false, namespace = "default" } = options;
  if (filename === undefined) {
    const { readRbacObjects } = await import("../../inspect/rbac-objects");
    return readRbacObjects(await kubeConfigOf(command));
  }
  const [{ readAllManifests }, { rbacObjectsAmong }] = await Promise.all([
    import("../../manifests/manifests"),
    import("../../../rules/rbac/rbac-objects"),
  ]);
  const manifests = readAllManifests({ filename, recursive });
  return rbacObjectsAmong(
    manifests.map(({ object }) => object),
    namespace,
  );
}

/** Such as `serviceaccount/web`. Users and groups, which are not objects, get the same form. */
function subjectName({ kind, name }: Grant["subject"]): string {
  return `${kind.toLowerCase()}/${name}`;
}

interface TableStyle {
  isWide: boolean;
  headers: boolean;
}

function tableOf(
  credspec: string,
  grants: readonly Grant[],
  { isWide, headers }: TableStyle,
): string {
  if (grants.length === 0) return `RBAC does not let anybody use ${credspec}: see \`gmsa grant\``;
  const rows = grants.map(({ subject, namespace, binding, role, everyCredspec }) => [
    subject.kind,
    subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`,
    namespace ?? "every namespace",
    everyCredspec ? "every credential spec" : "this one",
    ...(isWide
      ? [subject.apiGroup ?? "", describeObject(binding), describeObject(role)]
      : [`${describeObject(binding)} to ${describeObject(role)}`]),
  ]);
  const because = isWide ? ["API GROUP", "BINDING", "ROLE"] : ["BECAUSE OF"];
  return table(["KIND", "WHO", "FOR PODS IN", "MAY USE", ...because], rows, headers);
}
