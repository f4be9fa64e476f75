/**
 * The fields of security contexts and Windows options.
 *
 * Source: core/v1 PodSecurityContext, SecurityContext and WindowsSecurityContextOptions.
 */
import type { FieldPath } from "../problem";
import { CONTAINER_LISTS } from "./windows-options";

export const WINDOWS_OPTIONS = "windowsOptions";
export const NAME = "gmsaCredentialSpecName";
export const CONTENTS = "gmsaCredentialSpec";
export const OPTIONS = [NAME, CONTENTS, "hostProcess", "runAsUserName"];
const OF_BOTH = [
  "runAsGroup",
  "runAsNonRoot",
  "runAsUser",
  "seLinuxOptions",
  "seccompProfile",
  "appArmorProfile",
  WINDOWS_OPTIONS,
];
export const OF_POD = [
  ...OF_BOTH,
  "fsGroup",
  "fsGroupChangePolicy",
  "seLinuxChangePolicy",
  "supplementalGroups",
  "supplementalGroupsPolicy",
  "sysctls",
];
export const OF_CONTAINER = [
  ...OF_BOTH,
  "allowPrivilegeEscalation",
  "capabilities",
  "privileged",
  "procMount",
  "readOnlyRootFilesystem",
];
export const CONTEXT = "securityContext";
/** Every known field. */
export const ALL = [...new Set([...OF_POD, ...OF_CONTAINER, ...OPTIONS, CONTEXT])];

/** Whether the path is the spec of the Pod or one of its containers. */
export function isHolder(path: FieldPath): boolean {
  if (path[0] !== "spec") return false;
  if (path.length === 1) return true;
  return path.length === 3 && String(path[1]) in CONTAINER_LISTS && typeof path[2] === "number";
}
