/** Reads the Windows version of a node. */
import type { V1Node } from "@kubernetes/client-node";

import { OS_LABEL } from "../../rules/pod/os";
import type { NodeReport } from "./node-reports";

/** Annotations for facts that kubelets do not report, set by people; see docs/how-to/windows.md. */
const OS_BUILD_ANNOTATION = "gmsa.pepr.dev/os-build";
export const COMPARTMENT_ANNOTATION = "gmsa.pepr.dev/compartment-namespace";

/** Set by the kubelet. https://kubernetes.io/docs/reference/labels-annotations-taints/ */
export const BUILD_LABEL = "node.kubernetes.io/windows-build";

/** Names of Windows versions as in Kubernetes, by the third number of a build. */
const RELEASES: Readonly<Record<number, string>> = {
  14393: "Windows Server 2016",
  17763: "Windows Server 2019",
  20348: "Windows Server 2022",
  26100: "Windows Server 2025",
};

/** A build of Windows, such as 10.0.17763.1817. */
export interface WindowsBuild {
  /** The complete build number. */
  text: string;
  /** The number of the release, such as 17763. */
  release: number;
  /** The number of the update (UBR), such as 1817. Undefined if the node does not report it. */
  update: number | undefined;
  /** "Windows Server 2019", or "Windows" for an unknown release. */
  name: string;
}

/** Whether a node runs Windows, regardless of its labels. */
export function isWindows({ metadata, status }: V1Node): boolean {
  return (
    status?.nodeInfo?.operatingSystem === "windows" || metadata?.labels?.[OS_LABEL] === "windows"
  );
}

export function nameOf({ metadata }: V1Node): string {
  return `Node/${metadata?.name ?? ""}`;
}

/**
 * The build of a node: the kernel version that the kubelet reports, or else the node's own report or the
 * annotation.
 *
 * @returns undefined if none of these has a build.
 */
export function buildOf(
  { metadata, status }: V1Node,
  report?: NodeReport,
): WindowsBuild | undefined {
  const texts = [
    status?.nodeInfo?.kernelVersion ?? "",
    report?.osBuild ?? "",
    metadata?.annotations?.[OS_BUILD_ANNOTATION] ?? "",
  ];
  const builds = texts.flatMap(text => {
    const [whole, release, update] = /^\d+\.\d+\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
    if (whole === undefined) return [];
    const name = RELEASES[Number(release)] ?? "Windows";
    const number = update === undefined ? undefined : Number(update);
    return [{ text: whole, release: Number(release), update: number, name }];
  });
  return builds.find(({ update }) => update !== undefined) ?? builds[0];
}

/** "containerd" for containerd://1.7.22. */
export function runtimeOf({ status }: V1Node): string {
  return status?.nodeInfo?.containerRuntimeVersion.split("://")[0] ?? "";
}
