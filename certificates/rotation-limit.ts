/**
 * Pure: limits how often the certificate controller creates a CA, so that no change by another client
 * makes it create CAs indefinitely.
 */
import { createHash } from "node:crypto";

import type { Observation } from "./installation";
import { certificatesIn, union } from "../pki/trust-bundle";

export const HOUR_MS = 3600 * 1000;

/** The most rotations within an hour. */
export const ROTATIONS_AN_HOUR = 6;

/** The most CAs in a webhook's caBundle. Each replica's certificate needs one of them. */
export const MOST_CAS = 8;

/**
 * Longer values of the annotation are answered by their hash, because the total size of annotations is
 * limited.
 */
const LONGEST_ANSWER = 100;

/** Why no new CA may be created for now. */
export type RotationStop =
  | { reason: "rotations-an-hour"; count: number; until: Date }
  | { reason: "trusted-cas"; count: number };

/** Returns the limit that the installation has reached; undefined if one more CA may be created. */
export function rotationStop(
  { pair: { rotations }, configurations }: Observation,
  now: Date,
): RotationStop | undefined {
  const recent = recentRotations(rotations, now);
  const first = recent.at(-ROTATIONS_AN_HOUR);
  if (first !== undefined) {
    const until = new Date(first.getTime() + HOUR_MS);
    return { reason: "rotations-an-hour", count: recent.length, until };
  }
  const bundles = configurations.flatMap(({ webhooks }) =>
    webhooks.map(({ caBundle }) => certificatesIn(caBundle)),
  );
  const count = union(bundles, now).length;
  return count < MOST_CAS ? undefined : { reason: "trusted-cas", count };
}

/** Returns the distinct rotations of the last hour, oldest first. Times in the future are ignored. */
export function recentRotations(rotations: readonly Date[], now: Date): Date[] {
  const times = rotations
    .map(rotation => rotation.getTime())
    .filter(time => time > now.getTime() - HOUR_MS && time <= now.getTime());
  return [...new Set(times)].sort((one, other) => one - other).map(time => new Date(time));
}

/** Parses the text from `rotationsText`. Invalid times are left out. */
export function readRotations(text: string): Date[] {
  return text
    .split(" ")
    .map(word => new Date(word))
    .filter(date => !Number.isNaN(date.getTime()));
}

export function rotationsText(rotations: readonly Date[]): string {
  return rotations.map(rotation => rotation.toISOString()).join(" ");
}

/**
 * Returns the value of `renewed` that answers this value of `renew`. An absent or empty value is not a
 * request.
 */
export function answerTo(renew: string): string {
  if (renew.length <= LONGEST_ANSWER) return renew;
  return `sha256:${createHash("sha256").update(renew).digest("hex")}`;
}

/** Whether a rotation was requested and not made yet. */
export function isAskedFor({ renew, renewed }: { renew: string; renewed: string }): boolean {
  return renew !== "" && renewed !== answerTo(renew);
}
