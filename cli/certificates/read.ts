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

/** Reads the installation, and the certificates that its replicas serve. */
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

/** Why the pair cannot be served, or why an API server that trusts its CA would not accept it. */
async function refusalOf(
  pair: { certificate: string; key: string; ca: string },
  now: Date,
): Promise<string | undefined> {
  try {
    return await tryHandshake(checkPair(pair, now), anchorsOf(pair), DNS_NAMES[0]);
  } catch (error) {
    return (error as Error).message;
  }
}

/** A usable pair of the user. */
export interface CheckedPair {
  /** With its CA filled in, and without expired CAs. */
  pair: SignedPair;
  /** The expired CAs. */
  ended: X509Certificate[];
  /** Time to its end, in words. Undefined if the end is not close. */
  near: string | undefined;
}

/**
 * Tests a pair like an API server would, and fills in its CA.
 *
 * @throws Failure with the problem of the pair.
 */
export async function checkedPair(pair: SignedPair, now: Date): Promise<CheckedPair> {
  const refusal = await refusalOf(pair, now);
  if (refusal !== undefined) {
    throw new Failure(`the key pair cannot be used: ${refusal}`, "Nothing was changed.");
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
