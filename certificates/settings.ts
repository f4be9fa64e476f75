import { TLS_SECRET } from "../kube/installation-names";

/**
 * Who makes the API server trust the CA: the certificate controller, or a user with `gmsa certs trust`.
 */
export type Trust = "automatic" | "manual";

/**
 * Certificates are backdated by an hour and renewed when a quarter of their lifetime is left. With fewer
 * days, the renewal would be due at once.
 */
const FEWEST_DAYS = 0.015;
const MOST_DAYS = 36_500;

/** The longest time until a change of a Secret reaches all Pods that mount it, in milliseconds. */
const LONGEST_MOUNT_MS = 120_000;

/** The settings from the environment. */
export interface Settings {
  /** The name of the Secret with the certificate that the replicas serve. */
  tlsSecret: string;
  trust: Trust;
  /** How long a certificate is valid. It is renewed when a quarter of that is left. */
  days: number;
  /** Milliseconds for which the new pair or path must be in use before the old CA or path is removed. */
  trustOldMs: number;
  /** Milliseconds until every API server has seen a change of the webhook configurations. */
  propagationMs: number;
  /** Milliseconds for which a secret path of the webhooks is used. */
  rotatePathMs: number;
  /** Milliseconds for which every replica must answer a new path before it is used. */
  announcePathMs: number;
  /** Milliseconds between two checks of the installation. */
  pollMs: number;
}

/**
 * Reads CERTIFICATE_DAYS (default 365), TRUST_OLD_MINUTES (default 10) and PATH_HOURS (default 24),
 * which may be fractions, TLS_SECRET (default pepr-gmsa-tls) and CERTIFICATE_TRUST (default automatic).
 *
 * @throws Error if one of them is out of range, or CERTIFICATE_TRUST is invalid.
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
