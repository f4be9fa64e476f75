import type { X509Certificate } from "node:crypto";

import type { Observation } from "../../certificates/installation";
import { DNS_NAMES } from "../../certificates/annotations";
import { trialHandshake } from "../../pki/handshake";
import { anchorsOf } from "../../pki/trust-bundle";
import { checkPair } from "../../pki/key-pair";
import type { CertificatesInCluster } from "./model";
import type { Facts } from "./certificate-status";

/** Looks at the installation, and at what its replicas serve. */
export async function readFacts(
  cluster: Pick<CertificatesInCluster, "observe" | "replicas" | "secretName">,
  now: Date,
): Promise<Facts> {
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
    return await trialHandshake(checkPair(pair, now), anchorsOf(pair), DNS_NAMES[0]);
  } catch (error) {
    return (error as Error).message;
  }
}
