import { TLS_SECRET } from "../kube/installation-names";

/** Who lets the API server trust the CA: the keeper, or a person with `gmsa certs trust`. */
export type Trust = "automatic" | "manual";

/**
 * Certificates begin an hour ago and are renewed when a quarter of their life is left: with fewer
 * days, that would be before they are made.
 */
const FEWEST_DAYS = 0.015;
const MOST_DAYS = 36_500;

/** Milliseconds in which a kubelet shows every Pod what a Secret holds. */
const LONGEST_MOUNT_MS = 120_000;

/** How long things take, and which Secret it is about, from the environment. */
export interface Settings {
  /** Name of the Secret with the certificate that the replicas serve. */
  tlsSecret: string;
  trust: Trust;
  /** How long a certificate is valid; it is renewed when a quarter of that is left. */
  days: number;
  /** Milliseconds that the new pair or path has to be in use before the old CA or path goes. */
  trustOldMs: number;
  /** Milliseconds until every API server has seen a change of the webhook configurations. */
  propagationMs: number;
  /** Milliseconds for which a secret path of the webhooks is called. */
  rotatePathMs: number;
  /** Milliseconds for which every replica has to answer a new path before it is called. */
  announcePathMs: number;
  /** Milliseconds between two looks at the installation. */
  pollMs: number;
}

/**
 * Reads CERTIFICATE_DAYS (default 365), TRUST_OLD_MINUTES (default 10) and PATH_HOURS (default 24),
 * where fractions are allowed, TLS_SECRET (default pepr-gmsa-tls) and CERTIFICATE_TRUST (default
 * automatic).
 *
 * @throws Error if one is not a number that can be meant, or not a way to trust.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const number = (name: string, otherwise: number): number => {
    const text = environment[name];
    const value = text === undefined ? otherwise : Number(text);
    if (!Number.isFinite(value) || value <= 0) {
      throw new Error(`${name} must be a positive number, and is "${text ?? ""}"`);
    }
    return value;
  };
  const trust = environment.CERTIFICATE_TRUST ?? "automatic";
  if (trust !== "automatic" && trust !== "manual") {
    throw new Error(`CERTIFICATE_TRUST must be automatic or manual, and is "${trust}"`);
  }
  const days = number("CERTIFICATE_DAYS", 365);
  if (days < FEWEST_DAYS || days > MOST_DAYS) {
    throw new Error(
      `CERTIFICATE_DAYS must be from ${FEWEST_DAYS} to ${MOST_DAYS}, and is "${days}"`,
    );
  }
  const trustOldMs = number("TRUST_OLD_MINUTES", 10) * 60_000;
  return {
    tlsSecret: environment.TLS_SECRET ?? TLS_SECRET,
    trust,
    days,
    trustOldMs,
    rotatePathMs: number("PATH_HOURS", 24) * 3_600_000,
    announcePathMs: Math.min(LONGEST_MOUNT_MS, trustOldMs),
    propagationMs: 15_000,
    pollMs: 5000,
  };
}
