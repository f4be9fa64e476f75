import type { PodLike } from "./windows-options";

/** The label by which nodes say what they are. */
export const OS_LABEL = "kubernetes.io/os";

/** Whether a Pod says that it is for nodes other than Windows. */
export function isForOtherNodes(pod: PodLike): boolean {
  const { named, selected } = osOf(pod);
  return !isWindowsOrEmpty(named) || !isWindowsOrEmpty(selected);
}

/** Empty for what is absent. */
export function osOf({ spec }: PodLike): { named: string; selected: string } {
  return { named: spec?.os?.name ?? "", selected: spec?.nodeSelector?.[OS_LABEL] ?? "" };
}

export function isWindowsOrEmpty(os: string): boolean {
  return os === "windows" || os === "";
}
