/** Pure: plans the next step for the certificates of an installation. */
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

/** One step. After each, the installation is observed again. */
export type Step =
  | { do: "nothing" }
  /** A problem that only a person can solve. */
  | { do: "complain"; why: string }
  | { do: "store path"; apiPath: string }
  | { do: "rotate"; why: string }
  | { do: "update webhooks"; change: WebhookChange }
  /** The old CA can be removed after every replica has served the new pair for long enough. */
  | { do: "drop old CAs"; fingerprint: string; change: WebhookChange };

/** A pair is renewed when less than this part of its lifetime is left. */
const RENEW_AT = 1 / 4;

/** Plans the next step, the most urgent one first. */
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

/** A rotation that is due but that a limit prevents. */
export interface StoppedRotation {
  due: string;
  stop: RotationStop;
}

/** Returns the rotation that a limit prevents, if any. All other steps continue meanwhile. */
export function stoppedRotation(observation: Observation, now: Date): StoppedRotation | undefined {
  const due = isOurs(observation) ? reasonToRotate(observation.pair, now) : undefined;
  const stop = rotationStop(observation, now);
  return due === undefined || stop === undefined ? undefined : { due, stop };
}

/**
 * Whether the certificate controller may replace the pair: neither a user nor cert-manager has supplied
 * it, or is about to.
 */
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

/** The reason for a renewal because of the expiry date. */
export function endInWords({ validTo }: X509Certificate): string {
  return `it expires at ${new Date(validTo).toISOString()}`;
}

/** Why a pair of the certificate controller must be replaced regardless of its age. */
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

/** Certificates from the certificate controller do not have intermediates. */
function isSignedByItsCa(pair: StoredPair, now: Date): boolean {
  const leaf = new X509Certificate(pair.certificate);
  return withoutEnded(anchorsOf(pair), now).some(
    ca => leaf.checkIssued(ca) && leaf.verify(ca.publicKey),
  );
}

/** The date on which the certificate controller renews its certificate. */
export function renewalDate({ validFrom, validTo }: X509Certificate): Date {
  const [start, end] = [Date.parse(validFrom), Date.parse(validTo)];
  return new Date(end - RENEW_AT * (end - start));
}

/** Returns the path that the webhooks already call, in case Secret pepr-gmsa-api-path was lost. */
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
    return {
      do: "complain",
      why: "the Secret with the certificate: every CA in ca.crt has expired",
    };
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
 * Returns the wanted CAs and the most recently trusted of the others, up to the limit. A replica may
 * still serve with one of these. The limit keeps the bundle from growing indefinitely.
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

/** Returns the change that adds a CA to those that are trusted now. */
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
