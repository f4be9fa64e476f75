/** The cluster on which the documentation's transcripts are played. */

import { startBed } from "../../../testbed/bed/local-bed";
import type { Bed } from "../../../testbed/bed/bed";
import type { Log } from "../../../testbed/process/log";
import { reportEndpoints, reportReady } from "../../../testbed/objects/report-ready";
import { MANIFEST } from "../../../testbed/manifests/built-manifest";

/** A new cluster with the module, whose Pods are reported as ready. */
export async function startTranscriptBed(log?: Log): Promise<Bed> {
  const bed = await startBed({ replicas: 2, install: MANIFEST, log });
  await reportReady(bed);
  await reportEndpoints(bed);
  return bed;
}
