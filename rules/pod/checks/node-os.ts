import { keyFix, valueFix } from "../../fix";
import { type Fix, fieldOf, type FieldPath, type PodProblem } from "../../problem";
import { valueAt } from "../../object";
import { OLD_OS_LABEL, OS_LABEL } from "../os";
import type { NodeFacts } from "../known-nodes";
import { misspeltOsLabels, placementOf, usesOldLabel, type Placement } from "../placement";
import { gmsaPlacesOf, type GmsaPlace, type PodLike } from "../windows-options";

/** A problem without its remedy. */
type Unanswered = Omit<PodProblem, "remedy">;

const WINDOWS = "windows";
const LABEL = `nodeSelector "${OS_LABEL}: ${WINDOWS}"`;
const REMOVE = "Remove the fields that select other nodes";

/**
 * GMSA works on Windows nodes only. Other nodes ignore the fields.
 *
 * Restricted fields: os.name, nodeSelector, the required node affinity, runtimeClassName and nodeName of
 * Pods with GMSA. Allowed: values that select Windows nodes only; in os.name, which the scheduler
 * ignores, windows or nothing.
 *
 * Source:
 * https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
 * and core validation, which refuses windowsOptions where os.name is linux.
 */
export function checkNodeOs(
  pod: PodLike,
  facts?: NodeFacts,
  places: readonly GmsaPlace[] = gmsaPlacesOf(pod),
): PodProblem[] {
  if (places.length === 0 || isPlainlyWindows(pod)) return [];
  const placement = placementOf(pod, facts);
  const named = pod.spec?.os?.name ?? "";
  if (named !== "" && named !== WINDOWS) return [otherOs(pod, named, placement)];
  const misspelt = misspeltLabels(pod);
  return misspelt.length > 0 ? misspelt : byPlacement(pod, placement);
}

function otherOs(pod: PodLike, named: string, placement: Placement): PodProblem {
  const problem = `a Pod with os.name "${named}" may not have Windows options, and so no GMSA cred spec`;
  const path = ["spec", "os", "name"];
  const also = placement.os === WINDOWS ? "" : ` ${remedyFor(pod, placement)}`;
  const remedy = `Set os.name "${WINDOWS}".${also}`;
  return withFix({ ...ofField("error", path, problem), remedy }, caseFix(pod, path));
}

function byPlacement(pod: PodLike, placement: Placement): PodProblem[] {
  const { os, path, why } = placement;
  if (os === "windows") return oldLabel(pod, path, why);
  const remedy = remedyFor(pod, placement);
  return [withFix({ ...elsewhere(os, path, why), remedy }, caseFix(pod, path))];
}

/** The common case: Windows by the label alone. */
function isPlainlyWindows({ spec = {} }: PodLike): boolean {
  const { nodeSelector, os, affinity, runtimeClassName, nodeName } = spec;
  return (
    nodeSelector?.[OS_LABEL] === WINDOWS &&
    Object.keys(nodeSelector).length === 1 &&
    ["", WINDOWS].includes(os?.name ?? "") &&
    [affinity, runtimeClassName, nodeName].every(field => (field ?? "") === "")
  );
}

/**
 * Suggests the label, and to remove what contradicts it. os.name is not suggested: the scheduler ignores
 * it, and the API server refuses fields such as runAsUser beside it.
 */
function remedyFor({ spec }: PodLike, { os, path }: Placement): string {
  if (spec?.nodeSelector?.[OS_LABEL] === WINDOWS) return `${REMOVE}.`;
  const isContradicted = (os === "linux" || os === "none") && path.at(-1) !== OS_LABEL;
  return isContradicted ? `${REMOVE}, and set ${LABEL}.` : `Set ${LABEL}.`;
}

function withFix(problem: PodProblem, fix: Fix | undefined): PodProblem {
  return fix === undefined ? problem : { ...problem, fixes: [fix] };
}

/** Corrects `Windows` or `WINDOWS`, because names of operating systems are in lower case. */
function caseFix(pod: PodLike, path: FieldPath): Fix | undefined {
  const value = valueAt(pod, path);
  const isName = path.at(-1) === OS_LABEL || path.at(-2) === "os";
  const isOtherCase =
    typeof value === "string" && value !== WINDOWS && value.toLowerCase() === WINDOWS;
  return isName && isOtherCase ? valueFix(path, WINDOWS) : undefined;
}

function elsewhere(
  os: Exclude<Placement["os"], "windows">,
  path: FieldPath,
  why: string,
): Unanswered {
  switch (os) {
    case "linux":
      return ofField("error", path, `the Pod uses GMSA, and never runs on Windows: it ${why}`);
    case "none":
      return ofField("error", path, `no node can run the Pod: it ${why}`);
    case "anywhere": {
      const problem = "the Pod uses GMSA, and may be scheduled to a node that is not Windows";
      return ofField("warning", path, problem);
    }
    case "unknown":
      return ofField("information", path, `unknown whether the Pod runs on Windows: it ${why}`);
  }
}

/** No node has such a label by itself, so the Pod would wait for one. */
function misspeltLabels(pod: PodLike): PodProblem[] {
  const { nodeSelector } = pod.spec ?? {};
  return misspeltOsLabels(pod).map(({ key, path }) => {
    const problem = `the Pod selects nodes with ${key}, a label that no kubelet sets`;
    const isFree = key in (nodeSelector ?? {}) && !(OS_LABEL in (nodeSelector ?? {}));
    return withFix(
      { ...ofField("warning", path, problem), remedy: `Did you mean ${OS_LABEL}?` },
      isFree ? keyFix(path, OS_LABEL) : undefined,
    );
  });
}

function oldLabel(pod: PodLike, path: FieldPath, why: string): PodProblem[] {
  if (!usesOldLabel(pod)) return [];
  const problem = `the Pod ${why}, a label that has been deprecated since Kubernetes 1.14`;
  const remedy = `Write ${OS_LABEL} instead of ${OLD_OS_LABEL}.`;
  const old = ["spec", "nodeSelector", OLD_OS_LABEL];
  return [{ ...ofField("information", path, problem), remedy, fixes: [keyFix(old, OS_LABEL)] }];
}

function ofField(level: PodProblem["level"], path: FieldPath, problem: string): Unanswered {
  const places = [{ path, text: fieldOf(path) }];
  return { level, reason: "node os", places, problem };
}
