import type { DriftedPod } from "../../../rules/workload/drift";
import { check, skip, unlessWrong, warn, type Observed } from "../report/check";

/** Pods got the contents of their credspec when they were created, and keep them. */
export const drift = check({
  name: "drift",
  title: "Pods run with the contents that their credspecs have now",
  needs: ["workloads"],
  judge({ workloads: { workloads, drifted, unknown } }) {
    if (drifted.length === 0 && unknown.length > 0) {
      return unknown.map(message => ({ level: "unknown", message }));
    }
    const pods = workloads.reduce((sum, workload) => sum + workload.pods, 0);
    if (pods === 0) return [skip("no Pod with GMSA runs")];
    return unlessWrong(
      drifted.map(observe),
      pods === 1
        ? "1 Pod runs with the contents of its credspecs"
        : `${pods} Pods run with the contents of their credspecs`,
    );
  },
});

function observe({ namespace, name, credspec, places, now }: DriftedPod): Observed {
  const pod = `Pod/${name} in ${namespace} (${places.join(", ")})`;
  return now === "gone"
    ? warn(
        `${pod} runs with a credspec that is gone: ${credspec}`,
        "It goes on until it is made anew, and would be refused then: create the credspec again, or remove the workload.",
      )
    : warn(
        `${pod} runs with what credspec ${credspec} held before it was changed`,
        `To let it have the new contents, make it anew: kubectl -n ${namespace} delete pod ${name}, or kubectl rollout restart what it belongs to.`,
      );
}
