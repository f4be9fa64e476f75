import type { V1Deployment } from "@kubernetes/client-node";

import { NAME, NAMESPACE } from "../../../kube/installation-names";
import { check, fail, pass, refusing, warn, type Observed } from "../report/check";
import { applyAdvice } from "./apply-advice";

const DEPLOYMENT = `Deployment/${NAME}`;
const LOOK = `Run \`kubectl -n ${NAMESPACE} get pods\`, and see their events and logs.`;

/** Checks that enough replicas of the webhook are ready. */
export const replicas = check({
  name: "replicas",
  title: "the replicas of the webhook are ready, and of one revision",
  needs: ["controller", "installed"],
  judge: ({ controller, installed }) => [
    controller === undefined
      ? fail(
          `${DEPLOYMENT} is missing in namespace ${NAMESPACE}`,
          applyAdvice(installed),
          "unanswered",
        )
      : observe(controller),
  ],
});

function observe({ spec, status }: V1Deployment): Observed {
  const wanted = spec?.replicas ?? 1;
  const { readyReplicas: ready = 0, updatedReplicas: updated = 0 } = status ?? {};
  const count = `${DEPLOYMENT}: ${ready} of ${wanted} replicas are ready`;
  if (wanted === 0) {
    const scale = `kubectl -n ${NAMESPACE} scale deployment/${NAME} --replicas=2`;
    return refusing(`${DEPLOYMENT} is scaled to zero`, `Run \`${scale}\`.`, "unanswered");
  }
  if (ready === 0) return refusing(count, LOOK, "unanswered");
  if (ready < wanted) return warn(count, LOOK);
  const follow = `Run \`kubectl -n ${NAMESPACE} rollout status deployment/${NAME}\` to follow it.`;
  return updated < wanted
    ? warn(`${count}, ${updated} of them of the new revision`, follow)
    : pass(count);
}
