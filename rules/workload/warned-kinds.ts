/**
 * Pure: parses the list of custom kinds that the webhook checks for early warnings. The API server sends
 * only the kinds in the webhook configuration, and the webhook answers only the kinds in this list, so
 * both must name them.
 */
import type { ListedKind } from "./custom-kinds";
import { isKubernetesGroup } from "./kind-name";

/** The environment variable of the webhook with the list. */
export const WARNED_KINDS = "WORKLOAD_KINDS";

/** A kind of a CustomResourceDefinition and its resource, in any version. */
export type WarnedKind = Pick<ListedKind, "group" | "kind" | "plural">;

const LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
/**
 * One entry of the list: `rollouts.argoproj.io=Rollout`. The groups capture resource, group and kind.
 */
export const NAMED_KIND = new RegExp(
  `^(${LABEL})\\.(${LABEL}(?:\\.${LABEL})*)=([A-Z][A-Za-z0-9]*)$`,
);

/**
 * Parses a list such as `rollouts.argoproj.io=Rollout,scaledjobs.keda.sh=ScaledJob`; an empty text is an
 * empty list. Spaces and line breaks around an entry are ignored.
 *
 * @throws Error with a sentence if an entry does not name a kind, or names one of Kubernetes itself.
 */
export function readWarnedKinds(text = ""): WarnedKind[] {
  const names = text
    .split(",")
    .map(part => part.trim())
    .filter(part => part !== "");
  return [...new Set(names)].map(readKind);
}

function readKind(name: string): WarnedKind {
  const found = NAMED_KIND.exec(name);
  const named = `the environment variable ${WARNED_KINDS} names ${JSON.stringify(name)}`;
  if (found === null) {
    throw new Error(`${named}: write RESOURCE.GROUP=KIND, such as rollouts.argoproj.io=Rollout`);
  }
  // All three groups are part of every match.
  const [, plural, group, kind] = found as unknown as [string, string, string, string];
  if (isKubernetesGroup(group)) {
    throw new Error(`${named}: the kinds of Kubernetes are checked without it`);
  }
  return { group, kind, plural };
}
