import { X509Certificate } from "node:crypto";

import type { SignedPair } from "../../certificates/authority";
import type { Observation } from "../../certificates/installation";
import { DNS_NAMES } from "../../kube/installation-names";
import { tryHandshake } from "../../pki/handshake";
import { checkPair } from "../../pki/key-pair";
import { anchorsOf, toPem, withoutEnded } from "../../pki/trust-bundle";
import { Failure } from "../terminal/failure";
import { durationInWords, endLevel } from "./end";
import type { KubeCertificates } from "./kube-certificates";
import type { CertificateInputs } from "./model";

/** Looks at the installation, and at what its replicas serve. */
export async function readCertificates(
  cluster: Pick<KubeCertificates, "observe" | "replicas" | "secretName">,
  now: Date,
): Promise<CertificateInputs> {
  const [observation, replicas] = await Promise.all([cluster.observe(), cluster.replicas()]);
  return {
    observation,
    secretName: cluster.secretName,
    replicas,
    now,
    anchors: anchorsIfAny(observation.pair),
    refusal: await refusalOf(observation.pair, now),
  };
}

function anchorsIfAny(pair: Observation["pair"]): X509Certificate[] {
  try {
    return anchorsOf(pair);
  } catch {
    return [];
  }
}

/** Why the pair cannot be served, or would not be accepted by an API server that trusts its CA. */
export async function refusalOf(
  pair: { certificate: string; key: string; ca: string },
  now: Date,
): Promise<string | undefined> {
  try {
    return await tryHandshake(checkPair(pair, now), anchorsOf(pair), DNS_NAMES[0]);
  } catch (error) {
    return (error as Error).message;
  }
}

/** A pair of the user's that can be used. */
export interface CheckedPair {
  /** Its CA filled in, without those that have ended. */
  pair: SignedPair;
  /** The CAs that have ended. */
  ended: X509Certificate[];
  /** Time to its end, in words, where that is near; undefined if it is not. */
  near: string | undefined;
}

/**
 * Tries a pair as an API server would, and fills in its CA.
 *
 * @throws Failure that says what is wrong with it.
 */
export async function checkedPair(pair: SignedPair, now: Date): Promise<CheckedPair> {
  const refusal = await refusalOf(pair, now);
  if (refusal !== undefined) {
    throw new Failure(`the pair cannot be used: ${refusal}`, "Nothing was changed.");
  }
  const anchors = anchorsOf(pair);
  const living = withoutEnded(anchors, now);
  return {
    pair: { ...pair, ca: toPem(living) },
    ended: anchors.filter(ca => !living.includes(ca)),
    near: nearEnd(pair.certificate, now),
  };
}

function nearEnd(certificate: string, now: Date): string | undefined {
  const { validFrom, validTo } = new X509Certificate(certificate);
  const life = { start: Date.parse(validFrom), end: Date.parse(validTo) };
  return endLevel(life, "given", now.getTime()) === undefined
    ? undefined
    : durationInWords(life.end - now.getTime());
}
