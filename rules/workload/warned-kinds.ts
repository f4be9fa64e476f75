/**
 * Pure: the kinds beside those of Kubernetes about which the webhook warns, as the installation names them.
 *
 * Only what the webhook configuration asks for is answered, so the webhook has to know these kinds, too.
 */
import type { ListedKind } from "./custom-kinds";
import { isKubernetesGroup } from "./kind-name";

/** The environment variable of the webhook that names them. */
export const WARNED_KINDS = "WORKLOAD_KINDS";

/** A kind of a CustomResourceDefinition with its resource, of any version. */
export type WarnedKind = Pick<ListedKind, "group" | "kind" | "plural">;

const LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
/** How a list names one: `rollouts.argoproj.io=Rollout`; resource, group and kind are captured. */
export const NAMED_KIND = new RegExp(
  `^(${LABEL})\\.(${LABEL}(?:\\.${LABEL})*)=([A-Z][A-Za-z0-9]*)$`,
);

/**
 * The kinds of a list such as `rollouts.argoproj.io=Rollout,scaledjobs.keda.sh=ScaledJob`; none for an empty
 * one. Spaces and line breaks around a name are ignored.
 *
 * @throws Error with a sentence if a part does not name a kind, or names one of Kubernetes itself.
 */
export function readWarnedKinds(text = ""): WarnedKind[] {
  const names = text
    .split(",")
    .map(part => part.trim())
    .filter(part => part !== "");
  return [...new Set(names)].map(readKind);
}

function readKind(name: string): WarnedKind {
  const [, plural, group, kind] = NAMED_KIND.exec(name) ?? [];
  const named = `the environment variable ${WARNED_KINDS} names ${JSON.stringify(name)}`;
  if (plural === undefined || group === undefined || kind === undefined) {
    throw new Error(`${named}: write RESOURCE.GROUP=KIND, such as rollouts.argoproj.io=Rollout`);
  }
  if (isKubernetesGroup(group)) {
    throw new Error(`${named}: the kinds of Kubernetes are checked without it`);
  }
  return { group, kind, plural };
}
