import type { DriftedPod } from "../../../rules/workload/drift";
import { check, skip, unlessWrong, unread, warn, type Observed } from "../report/check";

/**
 * Checks Pods for outdated contents: they get the contents of their credential spec when they are created,
 * and keep them.
 */
export const drift = check({
  name: "drift",
  title: "Pods run with the current contents of their credential specs",
  needs: ["workloads"],
  judge({ workloads: { workloads, drifted, unknown, unknownDrift } }) {
    const notKnown = [...unknown, ...unknownDrift];
    if (notKnown.length > 0) return [...drifted.map(observe), ...notKnown.map(unread)];
    const pods = workloads.reduce((sum, workload) => sum + workload.pods, 0);
    if (pods === 0) return [skip("no Pods with GMSA run")];
    return unlessWrong(
      drifted.map(observe),
      pods === 1
        ? "1 Pod runs with the current contents of its credential specs"
        : `${pods} Pods run with the current contents of their credential specs`,
    );
  },
});

function observe({ namespace, name, credspec, places, now }: DriftedPod): Observed {
  const pod = `Pod/${name} in ${namespace} (${places.join(", ")})`;
  return now === "gone"
    ? warn(
        `${pod} runs with a deleted credential spec: ${credspec}`,
        "It keeps running, but a replacement would be refused: create the credential spec again, or remove the workload.",
      )
    : warn(
        `${pod} runs with the earlier contents of credential spec ${credspec}`,
        `To use the new contents, run \`kubectl -n ${namespace} delete pod ${name}\`, or \`kubectl rollout restart\` for its workload.`,
      );
}
