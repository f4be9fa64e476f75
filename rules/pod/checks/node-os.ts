import { fieldOf, type FieldPath, type PodProblem } from "../../problem";
import { OS_LABEL, osOf, isWindowsOrEmpty } from "../os";
import { gmsaPlacesOf, type PodLike } from "../windows-options";

const SELECT_WINDOWS = `Set nodeSelector "${OS_LABEL}: windows", and os.name "windows".`;

/**
 * GMSA is for Windows nodes: nothing else looks at the fields.
 *
 * Restricted fields: os.name and nodeSelector["kubernetes.io/os"] of Pods with GMSA. Allowed:
 * windows in the selector, or a node affinity, which may say the same in other words; windows or
 * nothing in os.name, by which the scheduler does not choose.
 *
 * Source: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
 * and core validation, which refuses windowsOptions where os.name is linux.
 */
export function checkNodeOs(pod: PodLike): PodProblem[] {
  if (gmsaPlacesOf(pod).length === 0) return [];
  const { named, selected } = osOf(pod);
  if (!isWindowsOrEmpty(named)) {
    const problem = `a Pod with os.name "${named}" may not have Windows options, and so no GMSA cred spec`;
    return [ofField("error", ["spec", "os", "name"], problem)];
  }
  if (!isWindowsOrEmpty(selected)) {
    const problem = `the Pod uses GMSA, and runs on nodes with ${OS_LABEL}: ${selected} only`;
    return [ofField("error", ["spec", "nodeSelector", OS_LABEL], problem)];
  }
  if (selected === "windows" || hasNodeAffinity(pod)) return [];
  const problem = "the Pod uses GMSA, and may be scheduled to a node that is not Windows";
  return [ofField("warning", ["spec", "nodeSelector"], problem)];
}

function ofField(level: PodProblem["level"], path: FieldPath, problem: string): PodProblem {
  const places = [{ path, text: fieldOf(path) }];
  return { level, reason: "node os", places, problem, remedy: SELECT_WINDOWS };
}

function hasNodeAffinity({ spec }: PodLike): boolean {
  const { nodeAffinity } = spec?.affinity ?? {};
  const required = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return typeof required === "object";
}
