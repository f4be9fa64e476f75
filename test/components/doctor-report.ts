import { isDeepStrictEqual } from "node:util";

import type { Report } from "../../cli/diagnosis/report/examine";
import type { Bed } from "../../testbed/bed/bed";
import { gmsa } from "../support/gmsa-program";
import { eventually } from "../../testbed/objects/eventually";
import { reportEndpoints, reportReady } from "../../testbed/objects/report-ready";

/** Checks without a result in a cluster without GMSA workloads and Windows nodes. */
export const NOTHING_TO_LOOK_AT = [
  "skip references: no workload uses GMSA yet",
  "skip grants: no workload uses GMSA yet",
  "skip placement: no workload uses GMSA yet",
  "skip drift: no Pods with GMSA run",
  ...["node-labels", "node-runtime", "node-build", "node-compartments"].map(
    name => `skip ${name}: the cluster does not have Windows nodes now`,
  ),
];

/**
 * Waits until `gmsa doctor` reports these findings for an installation whose Pods are marked as
 * ready.
 *
 * @param wanted lines of `level name: message`, without the checks that pass.
 */
export async function doctorSays(bed: Bed, wanted: readonly string[]): Promise<string[]> {
  await reportReady(bed);
  await reportEndpoints(bed);
  return eventually(
    () => complaints(bed),
    // Deployments and endpoint slices follow their Pods with a delay.
    lines => isDeepStrictEqual(lines, wanted),
    30_000,
  );
}

/** Match conditions that a message quotes. */
const CONDITIONS = / \[\{"expression".*?…/s;

async function complaints(bed: Bed): Promise<string[]> {
  const { stdout } = await gmsa(["doctor", "-o", "json"], {
    env: { KUBECONFIG: bed.kubeconfigPath },
  });
  const { checks } = JSON.parse(stdout) as Report;
  return checks
    .filter(({ level }) => level !== "pass")
    .flatMap(({ name, observed }) =>
      observed.map(({ level, message }) => `${level} ${name}: ${message.replace(CONDITIONS, "")}`),
    );
}
