/** Pure: certificates that somebody else looks after are refused, with what to do instead. */
import type { Observation } from "../../../certificates/installation";
import { rotationStop } from "../../../certificates/rotation-limit";
import type { Trust } from "../../../certificates/settings";
import { limitInWords, remedyOf } from "../../../certificates/stop-in-words";
import { NAMESPACE } from "../../../kube/installation-names";
import { Failure } from "../../terminal/failure";
import { sourceOf } from "../../certificates/model";

/** What cert-manager fills it would fill again. */
export function refuseCertManagers(observation: Observation): void {
  if (sourceOf(observation) === "cert-manager") {
    throw new Failure(
      "cert-manager manages this certificate, and would replace any other",
      `Remove its Certificate and the annotations on the webhook configurations first: kubectl -n ${NAMESPACE} get certificates`,
    );
  }
}

/** A pair of somebody else's is not the keeper's to renew. */
export function refuseUnlessKeepers(observation: Observation): void {
  switch (sourceOf(observation)) {
    case "keeper":
      return;
    case "given":
      throw new Failure(
        "this certificate was supplied by a user, so gmsa cannot renew it",
        "Supply a new one: gmsa certs use --cert FILE --key FILE --ca FILE\nOr have it created and renewed from now on: gmsa certs use --own",
      );
    case "cert-manager": {
      const name = observation.pair.certManagerName ?? "NAME";
      throw new Failure(
        "cert-manager manages this certificate",
        `Let cert-manager renew it: cmctl renew -n ${NAMESPACE} ${name}`,
      );
    }
  }
}

/** What a limit would stop is not asked for: it would be done at some time, unexpectedly. */
export function refuseAtLimit(observation: Observation, now: Date): void {
  const stop = rotationStop(observation, now);
  if (stop === undefined) return;
  throw new Failure(
    `the certificate cannot be rotated now: ${limitInWords(stop)}`,
    `${remedyOf(stop)}.`,
  );
}

/** Elsewhere the certificate controller writes the CA, and would remove any other. */
export function refuseUnlessManual(trust: Trust): void {
  if (trust === "manual") return;
  throw new Failure(
    "pepr-gmsa-certificates lets the API server trust its CA by itself",
    "To do that yourself, install with certificates.trust: manual, or the component manual-trust (gmsa explain certificates).",
  );
}

/** A path that nobody has the API server call is not asked for. */
export function refusePathOf(trust: Trust): void {
  if (trust !== "manual") return;
  throw new Failure(
    "pepr-gmsa-certificates may not change the webhook configurations, so they cannot call another path",
    "The path does not change with certificates.trust: manual (gmsa explain certificates).",
  );
}
