import type { CompletePod } from "../../testbed/objects/pods";
import { eventually } from "../../testbed/objects/eventually";
import type { Objects } from "../../testbed/objects/cluster-objects";

/** Waits until such a Pod is admitted: the authorizer sees a new grant with a short delay. */
export async function untilAdmitted(objects: Objects, pod: CompletePod): Promise<void> {
  await eventually(
    () => objects.createPod(pod, { dryRun: true }),
    ({ admitted }) => admitted,
  );
}
