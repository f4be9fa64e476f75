/** Pure: how often the keeper may make a new CA. Nothing that anybody writes makes it go on for ever. */
import { createHash } from "node:crypto";

import type { Observation } from "./installation";
import { certificatesIn, union } from "../pki/trust-bundle";

export const HOUR_MS = 3600 * 1000;

/** Most rotations within an hour. */
export const ROTATIONS_AN_HOUR = 6;

/** Most CAs in a webhook's caBundle; each replica's certificate needs one of them. */
export const MOST_CAS = 8;

/** Longer values of the annotation are answered by their hash: annotations have a limit together. */
const LONGEST_ANSWER = 100;

/** Why no new CA may be made for now. */
export type RotationStop =
  | { reason: "rotations-an-hour"; count: number; until: Date }
  | { reason: "trusted-cas"; count: number };

/** The limit that the installation has reached; undefined if there is room for one more CA. */
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

/** Those of the last hour, oldest first, each once. What lies ahead was written by no clock. */
export function recentRotations(rotations: readonly Date[], now: Date): Date[] {
  const times = rotations
    .map(rotation => rotation.getTime())
    .filter(time => time > now.getTime() - HOUR_MS && time <= now.getTime());
  return [...new Set(times)].sort((one, other) => one - other).map(time => new Date(time));
}

/** Reads what `rotationsText` wrote. What is no time is left out. */
export function readRotations(text: string): Date[] {
  return text
    .split(" ")
    .map(word => new Date(word))
    .filter(date => !Number.isNaN(date.getTime()));
}

export function rotationsText(rotations: readonly Date[]): string {
  return rotations.map(rotation => rotation.toISOString()).join(" ");
}

/** Which value of `renewed` answers this value of `renew`. An absent or empty one asks nothing. */
export function answerTo(renew: string): string {
  if (renew.length <= LONGEST_ANSWER) return renew;
  return `sha256:${createHash("sha256").update(renew).digest("hex")}`;
}

/** Whether somebody has asked for a rotation that was not made yet. */
export function isAskedFor({ renew, renewed }: { renew: string; renewed: string }): boolean {
  return renew !== "" && renewed !== answerTo(renew);
}
