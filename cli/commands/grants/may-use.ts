/** `gmsa who-can --list`: what the user may use, as the API server's own authorizers say. */
import { AuthorizationV1Api, type KubeConfig } from "@kubernetes/client-node";
import type { Command } from "commander";

import { usableBy } from "../../../rules/rbac/binding";
import { asked } from "../../api/calls";
import { kubeConfigOf, namespaceOf } from "../../options/cluster-options";

/** What one user may use. */
export interface MayUse {
  /** For Pods of this namespace. */
  namespace: string;
  everyCredspec: boolean;
  /** Those that are named, in order. */
  credspecs: string[];
  /** Why there may be more: an authorizer that cannot list what it allows. */
  incomplete?: string;
}

/** Whose service account's name tells its namespace. */
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
      ? { incomplete: why === "" ? "one of the authorizers does not list its rules" : why }
      : {}),
  };
}

export function mayUseLines({ namespace, everyCredspec, credspecs }: MayUse): string {
  const lines = everyCredspec ? ["every credential spec", ...credspecs] : credspecs;
  return lines.length === 0
    ? `no credential spec may be used in namespace ${namespace}: see gmsa grant`
    : lines.join("\n");
}
