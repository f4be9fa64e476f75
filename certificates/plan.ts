/** Pure: what is to be done next about the certificates of an installation. */
import { X509Certificate } from "node:crypto";

import { checkPair } from "../pki/key-pair";
import type { Observation, StoredPair, WebhookChange, WebhookConfiguration } from "./installation";
import { newPath } from "./path-plan";
import {
  anchorsOf,
  certificatesIn,
  includes,
  toPem,
  union,
  withoutEnded,
} from "../pki/trust-bundle";
import { MOST_CAS, isAskedFor, rotationStop, type RotationStop } from "./rotation-limit";

/** One step; after each, the installation is looked at anew. */
export type Step =
  | { do: "nothing" }
  /** Something that only people can mend. */
  | { do: "complain"; why: string }
  | { do: "store path"; apiPath: string }
  | { do: "rotate"; why: string }
  | { do: "update webhooks"; change: WebhookChange }
  /** The old CA may go once every replica has served the new pair long enough. */
  | { do: "drop old CAs"; fingerprint: string; change: WebhookChange };

/** Lets the pair be renewed when less than this part of its life is left. */
const RENEW_AT = 1 / 4;

/** The next step, most urgent first. */
export function planStep(observation: Observation, now: Date): Step {
  const { apiPath, pair } = observation;
  if (apiPath === "") {
    return { do: "store path", apiPath: pathInUse(observation) ?? newPath() };
  }
  const why = isOurs(observation) ? reasonToRotate(pair, now) : undefined;
  if (why !== undefined && rotationStop(observation, now) === undefined) {
    return { do: "rotate", why };
  }
  return planTrust(observation, now);
}

/** A rotation that is due and not made, since a limit is reached. */
export interface StoppedRotation {
  /** Why it is due. */
  due: string;
  stop: RotationStop;
}

/** Whether a limit stops a rotation; all else goes on meanwhile. */
export function stoppedRotation(observation: Observation, now: Date): StoppedRotation | undefined {
  const due = isOurs(observation) ? reasonToRotate(observation.pair, now) : undefined;
  const stop = rotationStop(observation, now);
  return due === undefined || stop === undefined ? undefined : { due, stop };
}

/** A pair is the keeper's to replace unless somebody else has put it there, or is about to. */
export function isOurs({ pair, configurations }: Observation): boolean {
  const empty = pair.certificate === "" && pair.key === "";
  return (pair.own || empty) && !configurations.some(({ injected }) => injected);
}

function reasonToRotate(pair: StoredPair, now: Date): string | undefined {
  const why = reasonApartFromTime(pair, now);
  if (why !== undefined) return why;
  const leaf = new X509Certificate(pair.certificate);
  return renewalDate(leaf) < now ? endInWords(leaf) : undefined;
}

/** Why a certificate of the keeper's is renewed when it is time. */
export function endInWords({ validTo }: X509Certificate): string {
  return `it ends at ${new Date(validTo).toISOString()}`;
}

/** Why a pair of the keeper's is replaced though it may be fresh. */
export function reasonApartFromTime(pair: StoredPair, now: Date): string | undefined {
  if (pair.certificate === "" && pair.key === "") return "there is no certificate yet";
  if (isAskedFor(pair)) return `requested (${pair.renew})`;
  try {
    checkPair(pair, now);
    return isSignedByItsCa(pair, now)
      ? undefined
      : "none of the CAs in ca.crt signed the certificate";
  } catch (error) {
    return (error as Error).message;
  }
}

/** The keeper's own certificates have no intermediates. */
function isSignedByItsCa(pair: StoredPair, now: Date): boolean {
  const leaf = new X509Certificate(pair.certificate);
  return withoutEnded(anchorsOf(pair), now).some(
    ca => leaf.checkIssued(ca) && leaf.verify(ca.publicKey),
  );
}

/** When the keeper renews a certificate that it has made. */
export function renewalDate({ validFrom, validTo }: X509Certificate): Date {
  const [start, end] = [Date.parse(validFrom), Date.parse(validTo)];
  return new Date(end - RENEW_AT * (end - start));
}

/** The path that the webhooks call already, if Secret pepr-gmsa-api-path was lost. */
export function pathInUse({ configurations }: Observation): string | undefined {
  return configurations
    .flatMap(({ webhooks }) => webhooks)
    .map(({ path }) => /^\/(?:mutate|validate)\/([0-9a-f]{32,})$/.exec(path)?.[1])
    .find(path => path !== undefined);
}

function planTrust(observation: Observation, now: Date): Step {
  const { pair, configurations, apiPath } = observation;
  if (configurations.some(({ injected }) => injected)) {
    return arePathsRight(configurations, apiPath)
      ? { do: "nothing" }
      : { do: "update webhooks", change: { apiPath } };
  }
  let wanted: X509Certificate[];
  let fingerprint: string;
  try {
    fingerprint = checkPair(pair, now).fingerprint;
    wanted = withoutEnded(anchorsOf(pair), now);
  } catch (error) {
    return { do: "complain", why: `the Secret with the certificate: ${(error as Error).message}` };
  }
  if (wanted.length === 0) {
    return { do: "complain", why: "the Secret with the certificate: every CA in ca.crt has ended" };
  }
  const bundles = configurations.flatMap(({ webhooks }) =>
    webhooks.map(({ caBundle }) => withoutEnded(certificatesIn(caBundle), now)),
  );
  if (
    !bundles.every(bundle => includes(bundle, wanted)) ||
    !arePathsRight(configurations, apiPath)
  ) {
    const caBundle = toPem(bounded(union([...bundles, wanted], now), wanted));
    return { do: "update webhooks", change: { caBundle, apiPath } };
  }
  if (bundles.some(bundle => !includes(wanted, bundle))) {
    return { do: "drop old CAs", fingerprint, change: { caBundle: toPem(wanted), apiPath } };
  }
  return { do: "nothing" };
}

/**
 * What is wanted, and of the others as many as there is room for: those that were trusted last. A
 * replica may still serve one of these, and nobody can make the bundle grow for ever.
 */
function bounded(trusted: X509Certificate[], wanted: X509Certificate[]): X509Certificate[] {
  const others = trusted.filter(ca => !includes(wanted, [ca]));
  const room = Math.max(1, MOST_CAS - wanted.length);
  return [...others.slice(-room), ...wanted];
}

/** Whether every webhook calls this path. */
export function arePathsRight(configurations: WebhookConfiguration[], apiPath: string): boolean {
  return configurations.every(({ kind, webhooks }) =>
    webhooks.every(({ path }) => path === `/${kind}/${apiPath}`),
  );
}

/** The change that lets a new CA be trusted beside those that are trusted now. */
export function trustAlso(observation: Observation, ca: string, now: Date): WebhookChange {
  const bundles = observation.configurations.flatMap(({ webhooks }) =>
    webhooks.map(({ caBundle }) => certificatesIn(caBundle)),
  );
  const added = certificatesIn(ca);
  const served = bundles.flat().filter(trusted => isAnchorOf(observation.pair, trusted));
  const wanted = union([served, added], now);
  return {
    caBundle: toPem(bounded(union([...bundles, added], now), wanted)),
    apiPath: observation.apiPath,
  };
}

function isAnchorOf(pair: StoredPair, trusted: X509Certificate): boolean {
  try {
    return includes(anchorsOf(pair), [trusted]);
  } catch {
    return false;
  }
}
