import type { StoppedRotation } from "./plan";
import { MOST_CAS, ROTATIONS_AN_HOUR, type RotationStop } from "./rotation-limit";

/**
 * Describes a rotation that a limit prevents, and what to do; for Events, logs, `gmsa certs` and
 * `gmsa doctor`.
 */
export function stopInWords({ due, stop }: StoppedRotation): { problem: string; remedy: string } {
  return {
    problem: `The certificate is not rotated: ${limitInWords(stop)}. Due because: ${due}`,
    remedy: remedyOf(stop),
  };
}

/** The limit that was reached, as a clause. */
export function limitInWords(stop: RotationStop): string {
  return stop.reason === "rotations-an-hour"
    ? `it was rotated ${stop.count} times within an hour, and ${ROTATIONS_AN_HOUR} is the limit`
    : `the webhooks trust ${stop.count} CAs, and ${MOST_CAS} is the limit`;
}

export function remedyOf(stop: RotationStop): string {
  return stop.reason === "rotations-an-hour"
    ? `The next rotation is possible at ${stop.until.toISOString()}. Run \`kubectl get --show-managed-fields\` for the Secret and the webhook configurations to find the writer.`
    : "Old CAs are removed once every replica serves the certificate. Run `gmsa certs status` to see the replicas that do not.";
}
