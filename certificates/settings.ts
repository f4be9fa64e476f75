import { TLS_SECRET } from "../kube/installed-objects";

/** How long things take, and which Secret it is about, from the environment. */
export interface Settings {
  /** Name of the Secret with the certificate that the replicas serve. */
  tlsSecret: string;
  /** How long a certificate is valid; it is renewed when a quarter of that is left. */
  days: number;
  /** Milliseconds that every replica has to serve the new pair before the old CA goes. */
  trustOldMs: number;
  /** Milliseconds until every API server has seen a change of the webhook configurations. */
  propagationMs: number;
  /** Milliseconds between two looks at the installation. */
  pollMs: number;
}

/**
 * Reads CERTIFICATE_DAYS (default 365) and TRUST_OLD_MINUTES (default 10), where fractions are
 * allowed, and TLS_SECRET (default pepr-gmsa-tls).
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
  return {
    tlsSecret: environment.TLS_SECRET ?? TLS_SECRET,
    days: number("CERTIFICATE_DAYS", 365),
    trustOldMs: number("TRUST_OLD_MINUTES", 10) * 60_000,
    propagationMs: 15_000,
    pollMs: 5000,
  };
}
