/** Sets the status of an installation's Pods, in place of a kubelet. */
import type { Bed } from "../../testbed/bed/bed";
import { reportEndpoints, reportReady } from "../../testbed/objects/report-ready";

const OURS = ["-n", "pepr-system"];

export async function scale(bed: Bed, replicas: number): Promise<void> {
  await bed.kubectl(["scale", "deployment/pepr-gmsa", ...OURS, `--replicas=${replicas}`]);
}

export async function ready(bed: Bed): Promise<void> {
  await reportReady(bed);
  await reportEndpoints(bed);
}

export async function podStatus(
  bed: Bed,
  pod: string,
  containerStatuses: object[] | null,
): Promise<void> {
  const patch = JSON.stringify({ status: { containerStatuses } });
  await bed.kubectl(["patch", pod, ...OURS, "--subresource=status", "--type=merge", "-p", patch]);
}
