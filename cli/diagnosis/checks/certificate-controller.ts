import { KEEPER, NAMESPACE } from "../../../kube/installed-objects";
import { APPLY, check, pass, skip, warn } from "../report/check";
import { isInjected } from "./installed-webhooks";

const DEPLOYMENT = `Deployment/${KEEPER}`;

/** What renews the certificates runs. Nothing waits for it until a certificate ends. */
export const keeper = check({
  name: "certificate-keeper",
  title: "what makes and renews the certificates runs",
  needs: ["keeper", "mutating"],
  judge({ keeper: deployment, mutating }) {
    if (deployment === undefined) {
      return isInjected(mutating)
        ? [skip("cert-manager looks after the certificates")]
        : [warn(`${DEPLOYMENT} is missing: nobody renews the certificate`, APPLY)];
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
