import { NAME, NAMESPACE } from "../../../kube/installation-names";
import { pluralize } from "../../../rules/text";
import { check, fail, pass, refusing } from "../report/check";
import { applyAdvice } from "./apply-advice";

/** Checks that the Service that the API server calls has endpoints. */
export const endpoints = check({
  name: "endpoints",
  title: "the Service has endpoints that are ready",
  needs: ["endpoints", "installed"],
  judge({ endpoints: { service, ready, others }, installed }) {
    const name = `Service ${NAMESPACE}/${NAME}`;
    if (!service) {
      return [
        fail(
          `${name} is missing: the API server cannot call the webhook`,
          applyAdvice(installed),
          "unanswered",
        ),
      ];
    }
    if (ready > 0) {
      return [
        pass(
          `${name} leads to ${pluralize(ready, "endpoint")} that ${ready === 1 ? "is" : "are"} ready`,
        ),
      ];
    }
    return [
      refusing(
        `${name} leads nowhere, because none of its ${others} endpoints is ready`,
        `Run \`kubectl -n ${NAMESPACE} get endpointslices,pods -l app=${NAME}\`, and see the events and logs of the Pods.`,
        "unanswered",
      ),
    ];
  },
});
