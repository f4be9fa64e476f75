import { TLS_SECRET } from "../kube/installed-objects";

/** Who lets the API server trust the CA: the keeper, or a person with `gmsa certs trust`. */
export type Trust = "automatic" | "manual";

/**
 * Certificates begin an hour ago and are renewed when a quarter of their life is left: with fewer
 * days, that would be before they are made.
 */
const FEWEST_DAYS = 0.015;
const MOST_DAYS = 36_500;

/** How long things take, and which Secret it is about, from the environment. */
export interface Settings {
  /** Name of the Secret with the certificate that the replicas serve. */
  tlsSecret: string;
  trust: Trust;
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
 * allowed, TLS_SECRET (default pepr-gmsa-tls) and CERTIFICATE_TRUST (default automatic).
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
  return {
    tlsSecret: environment.TLS_SECRET ?? TLS_SECRET,
    trust,
    days,
    trustOldMs: number("TRUST_OLD_MINUTES", 10) * 60_000,
    propagationMs: 15_000,
    pollMs: 5000,
  };
}
