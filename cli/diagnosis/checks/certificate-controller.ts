import { KEEPER, NAMESPACE } from "../../../kube/installed-objects";
import { check, pass, skip, warn } from "../report/check";
import { applyAdvice } from "./apply-advice";
import { isInjected } from "./installed-webhooks";

const DEPLOYMENT = `Deployment/${KEEPER}`;

/** What renews the certificates runs. Nothing waits for it until a certificate ends. */
export const keeper = check({
  name: "certificate-keeper",
  title: "what makes and renews the certificates runs",
  needs: ["keeper", "mutating", "installed"],
  judge({ keeper: deployment, mutating, installed }) {
    if (deployment === undefined) {
      return isInjected(mutating)
        ? [skip("cert-manager looks after the certificates")]
        : [warn(`${DEPLOYMENT} is missing: nobody renews the certificate`, applyAdvice(installed))];
    }
    if ((deployment.status?.readyReplicas ?? 0) === 0) {
      return [
        warn(
          `${DEPLOYMENT} is not ready: nobody renews the certificate`,
          `See kubectl -n ${NAMESPACE} describe deployment/${KEEPER}, and its logs. Nothing fails until a certificate ends.`,
        ),
      ];
    }
    return [pass(`${DEPLOYMENT} is ready`)];
  },
});
