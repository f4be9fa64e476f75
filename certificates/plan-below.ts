/** Pure: plans the next step if a user configures the API server to trust the CA. */
import { X509Certificate } from "node:crypto";

import { checkPair } from "../pki/key-pair";
import { certificatesIn, includes } from "../pki/trust-bundle";
import type { Observation } from "./installation";
import {
  endInWords,
  isOurs,
  reasonApartFromTime,
  renewalDate,
  type Step,
  type StoppedRotation,
} from "./plan";
import { rotationStop } from "./rotation-limit";

/** Only steps for the certificate below the existing CA. Trust and path are never changed. */
export type StepBelow = Extract<Step, { do: "nothing" | "complain" | "rotate" }>;

/** Plans the next step. */
export function planBelow(observation: Observation, now: Date): StepBelow {
  const why = whyNotReady(observation, now);
  if (why !== undefined) return { do: "complain", why };
  const due = dueBelow(observation, now);
  const isStopped = rotationStop(observation, now) !== undefined;
  return due === undefined || isStopped ? { do: "nothing" } : { do: "rotate", why: due };
}

/** Returns the rotation that a limit prevents, if any. */
export function stoppedBelow(observation: Observation, now: Date): StoppedRotation | undefined {
  if (whyNotReady(observation, now) !== undefined) return undefined;
  const due = dueBelow(observation, now);
  const stop = rotationStop(observation, now);
  return due === undefined || stop === undefined ? undefined : { due, stop };
}

/** Returns the missing part that only a user can supply; undefined if nothing is missing. */
export function whyNotReady({ authority, apiPath }: Observation, now: Date): string | undefined {
  if (authority === undefined || authority.certificate === "" || apiPath === "") {
    return "no CA is trusted yet: run `gmsa certs trust`";
  }
  try {
    checkPair(authority, now);
    return undefined;
  } catch (error) {
    return `the CA: ${(error as Error).message}; run \`gmsa certs trust --new-ca\``;
  }
}

function dueBelow(observation: Observation, now: Date): string | undefined {
  const { pair, authority } = observation;
  if (authority === undefined || !isOurs(observation)) return undefined;
  const why = reasonApartFromTime(pair, now);
  if (why !== undefined) return why;
  const ca = new X509Certificate(authority.certificate);
  const leaf = new X509Certificate(pair.certificate);
  if (!includes(certificatesIn(pair.ca), [ca]) || !leaf.verify(ca.publicKey)) {
    return "its CA is not the one that gmsa certs trust has written";
  }
  // A certificate that expires together with its CA cannot be extended by a renewal.
  const endsBeforeCa = Date.parse(leaf.validTo) < Date.parse(ca.validTo);
  return endsBeforeCa && renewalDate(leaf) < now ? endInWords(leaf) : undefined;
}
