import { TLS_SECRET } from "../kube/installed-objects";

/** Milliseconds in which a kubelet shows every Pod what a Secret holds. */
const LONGEST_MOUNT_MS = 120_000;

/** How long things take, and which Secret it is about, from the environment. */
export interface Settings {
  /** Name of the Secret with the certificate that the replicas serve. */
  tlsSecret: string;
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
 * where fractions are allowed, and TLS_SECRET (default pepr-gmsa-tls).
 *
 * @throws Error if one is no positive number.
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
  const trustOldMs = number("TRUST_OLD_MINUTES", 10) * 60_000;
  return {
    tlsSecret: environment.TLS_SECRET ?? TLS_SECRET,
    days: number("CERTIFICATE_DAYS", 365),
    trustOldMs,
    rotatePathMs: number("PATH_HOURS", 24) * 3_600_000,
    announcePathMs: Math.min(LONGEST_MOUNT_MS, trustOldMs),
    propagationMs: 15_000,
    pollMs: 5000,
  };
}
