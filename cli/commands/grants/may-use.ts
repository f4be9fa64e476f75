/** `gmsa who-can --list`: what the user may use, according to the API server's authorizers. */
import { AuthorizationV1Api, type KubeConfig } from "@kubernetes/client-node";
import type { Command } from "commander";

import { usableBy } from "../../../rules/rbac/binding";
import { asked } from "../../api/calls";
import { kubeConfigOf, namespaceOf } from "../../options/cluster-options";

/** The credential specs that one user may use. */
export interface MayUse {
  /** The namespace of the Pods. */
  namespace: string;
  everyCredspec: boolean;
  /** Those that rules name, sorted. */
  credspecs: string[];
  /** Why the list may be incomplete: an authorizer cannot list what it allows. */
  incomplete?: string;
}

/** The user name of a service account includes its namespace. */
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):[^:]+$/;

/** @throws Failure if the API server cannot be asked. */
export async function whatMayBeUsed(
  command: Command,
  options: { namespace?: string },
): Promise<MayUse> {
  const { as = "" } = command.optsWithGlobals<{ as?: string }>();
  const kubeConfig = await kubeConfigOf(command);
  const [, ofAccount] = SERVICE_ACCOUNT.exec(as) ?? [];
  const namespace = options.namespace ?? ofAccount ?? namespaceOf({}, kubeConfig) ?? "default";
  return rulesReview(kubeConfig, namespace);
}

async function rulesReview(kubeConfig: KubeConfig, namespace: string): Promise<MayUse> {
  const { status } = await asked(
    kubeConfig.makeApiClient(AuthorizationV1Api).createSelfSubjectRulesReview({
      body: { spec: { namespace } },
    }),
  );
  const { everyCredspec, credspecs } = usableBy(status?.resourceRules ?? []);
  const why = status?.evaluationError ?? "";
  const isIncomplete = status?.incomplete === true || why !== "";
  return {
    namespace,
    everyCredspec,
    credspecs: [...credspecs].sort(),
    ...(isIncomplete
      ? { incomplete: why === "" ? "an authorizer does not list its rules" : why }
      : {}),
  };
}

export function mayUseLines({ namespace, everyCredspec, credspecs }: MayUse): string {
  const lines = everyCredspec ? ["every credential spec", ...credspecs] : credspecs;
  return lines.length === 0
    ? `no credential spec may be used in namespace ${namespace}: see \`gmsa grant\``
    : lines.join("\n");
}
