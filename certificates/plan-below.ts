/** Pure: what is to be done next where a person lets the API server trust the CA. */
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

/** Never more than a certificate below the CA that is there: neither trust nor the path. */
export type StepBelow = Extract<Step, { do: "nothing" | "complain" | "rotate" }>;

/** The next step. */
export function planBelow(observation: Observation, now: Date): StepBelow {
  const why = whyNotReady(observation, now);
  if (why !== undefined) return { do: "complain", why };
  const due = dueBelow(observation, now);
  const isStopped = rotationStop(observation, now) !== undefined;
  return due === undefined || isStopped ? { do: "nothing" } : { do: "rotate", why: due };
}

/** Whether a limit stops a rotation. */
export function stoppedBelow(observation: Observation, now: Date): StoppedRotation | undefined {
  if (whyNotReady(observation, now) !== undefined) return undefined;
  const due = dueBelow(observation, now);
  const stop = rotationStop(observation, now);
  return due === undefined || stop === undefined ? undefined : { due, stop };
}

/** What is missing that only a person can write; undefined if nothing is. */
export function whyNotReady({ authority, apiPath }: Observation, now: Date): string | undefined {
  if (authority === undefined || authority.certificate === "" || apiPath === "") {
    return "no CA is trusted yet: run gmsa certs trust";
  }
  try {
    checkPair(authority, now);
    return undefined;
  } catch (error) {
    return `the CA: ${(error as Error).message}; run gmsa certs trust --new-ca`;
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
  // One that ends with its CA cannot be renewed for longer.
  const endsBeforeCa = Date.parse(leaf.validTo) < Date.parse(ca.validTo);
  return endsBeforeCa && renewalDate(leaf) < now ? endInWords(leaf) : undefined;
}
