/**
 * Pure: refuses changes to certificates that the certificate controller does not manage, with the
 * alternative.
 */
import type { Observation } from "../../../certificates/installation";
import { rotationStop } from "../../../certificates/rotation-limit";
import type { Trust } from "../../../certificates/settings";
import { limitInWords, remedyOf } from "../../../certificates/stop-in-words";
import { NAMESPACE } from "../../../kube/installation-names";
import { Failure } from "../../terminal/failure";
import { sourceOf } from "../../certificates/model";

/** Refuses a certificate of cert-manager, which would replace any other. */
export function refuseCertManagers(observation: Observation): void {
  if (sourceOf(observation) === "cert-manager") {
    throw new Failure(
      "cert-manager manages this certificate, and would replace any other",
      `First remove the annotations on the webhook configurations, and its Certificate: run \`kubectl -n ${NAMESPACE} get certificates\` to find it.`,
    );
  }
}

/** Refuses to renew a pair that the certificate controller did not create. */
export function refuseUnlessKeepers(observation: Observation): void {
  switch (sourceOf(observation)) {
    case "keeper":
      return;
    case "given":
      throw new Failure(
        "this certificate was supplied by a user, so gmsa cannot renew it",
        "Run `gmsa certs use --cert FILE --key FILE --ca FILE` to supply a new one.\nRun `gmsa certs use --own` to have it created and renewed from now on.",
      );
    case "cert-manager": {
      const name = observation.pair.certManagerName ?? "NAME";
      throw new Failure(
        "cert-manager manages this certificate",
        `Run \`cmctl renew -n ${NAMESPACE} ${name}\` to have cert-manager renew it.`,
      );
    }
  }
}

/** Refuses a request that a limit would stop: otherwise it would be carried out later, unexpectedly. */
export function refuseAtLimit(observation: Observation, now: Date): void {
  const stop = rotationStop(observation, now);
  if (stop === undefined) return;
  throw new Failure(
    `the certificate cannot be rotated now: ${limitInWords(stop)}`,
    `${remedyOf(stop)}.`,
  );
}

/** Unless trust is manual, the certificate controller writes the CA, and would remove any other. */
export function refuseUnlessManual(trust: Trust): void {
  if (trust === "manual") return;
  throw new Failure(
    "pepr-gmsa-certificates lets the API server trust its CA automatically",
    "To do that yourself, install with certificates.trust: manual, or the component manual-trust (gmsa explain certificates).",
  );
}

/**
 * Refuses a new path if trust is manual: the certificate controller may not write it to the webhook
 * configurations.
 */
export function refusePathOf(trust: Trust): void {
  if (trust !== "manual") return;
  throw new Failure(
    "pepr-gmsa-certificates may not change the webhook configurations, so the path cannot be replaced",
    "The path does not change with certificates.trust: manual (gmsa explain certificates).",
  );
}
