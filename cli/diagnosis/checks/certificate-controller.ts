import { KEEPER, NAMESPACE } from "../../../kube/installation-names";
import { check, pass, skip, warn } from "../report/check";
import { applyAdvice } from "./apply-advice";
import { isInjected } from "./installed-webhooks";

const DEPLOYMENT = `Deployment/${KEEPER}`;

/** Checks that the certificate controller runs. A failure has no effect until a certificate expires. */
export const keeper = check({
  name: "certificate-keeper",
  title: "pepr-gmsa-certificates, which creates and renews the certificate, runs",
  needs: ["keeper", "mutating", "installed"],
  judge({ keeper: deployment, mutating, installed }) {
    if (deployment === undefined) {
      return isInjected(mutating)
        ? [skip("cert-manager manages the certificates")]
        : [
            warn(
              `${DEPLOYMENT} is missing: the certificate is not renewed`,
              applyAdvice(installed),
            ),
          ];
    }
    if ((deployment.status?.readyReplicas ?? 0) === 0) {
      return [
        warn(
          `${DEPLOYMENT} is not ready: the certificate is not renewed`,
          `Run \`kubectl -n ${NAMESPACE} describe deployment/${KEEPER}\`, and see its logs. Nothing fails until the certificate expires.`,
        ),
      ];
    }
    return [pass(`${DEPLOYMENT} is ready`)];
  },
});
