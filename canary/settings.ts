import type { Place } from "../rules/canary/round";

/** What the canary tries, and how often. */
export interface CanarySettings {
  namespaces: Record<Place, string>;
  /** The credential spec of the Pod that must be admitted. If undefined, that Pod does not use GMSA. */
  credspec: string | undefined;
  /** Milliseconds between the starts of two rounds. */
  intervalMs: number;
}

/**
 * Reads CANARY_NAMESPACE (default gmsa-canary), CANARY_EXCLUDED_NAMESPACE (default
 * gmsa-canary-excluded), CANARY_CREDSPEC (default none) and CANARY_SECONDS (default 60).
 *
 * @throws Error if CANARY_SECONDS is not a positive number.
 */
export function readCanarySettings(environment: NodeJS.ProcessEnv): CanarySettings {
  const text = environment.CANARY_SECONDS ?? "60";
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new Error(`CANARY_SECONDS must be a positive number, and is "${text}"`);
  }
  return {
    namespaces: {
      ordinary: environment.CANARY_NAMESPACE ?? "gmsa-canary",
      excluded: environment.CANARY_EXCLUDED_NAMESPACE ?? "gmsa-canary-excluded",
    },
    // Empty in the Deployment as shipped, for users to fill in.
    credspec: environment.CANARY_CREDSPEC === "" ? undefined : environment.CANARY_CREDSPEC,
    intervalMs: 1000 * seconds,
  };
}
