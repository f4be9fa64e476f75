/** Pure: how near the end of a certificate is, and from when on that is a problem. */
import { MS_PER_DAY } from "../../pki/key-pair";
import { pluralize } from "../../rules/text";
import type { Source } from "./model";

const MS_PER_HOUR = MS_PER_DAY / 24;
const MS_PER_MINUTE = MS_PER_HOUR / 60;

/** As the alerts GMSACertificateEndsSoon and GMSACertificateEndsNow have it. */
const SOON_MS = 14 * MS_PER_DAY;
const NOW_MS = 3 * MS_PER_DAY;

/** A certificate from when to when, in milliseconds. */
export interface Life {
  start: number;
  end: number;
}

/**
 * Whether the end is near: a warning while there is time to act, an error after that. Short-lived
 * certificates are never far from their end, which is as it should be where something renews them.
 */
export function endLevel(
  { start, end }: Life,
  source: Source,
  now: number,
): "warning" | "error" | undefined {
  const life = end - start;
  const left = end - now;
  if (left < Math.min(NOW_MS, life / 8)) return "error";
  return left < (source === "given" ? SOON_MS : Math.min(SOON_MS, life / 4))
    ? "warning"
    : undefined;
}

/** "12 days", "23 hours", "5 minutes". */
export function durationInWords(ms: number): string {
  const [unit, size]: [string, number] =
    ms >= 2 * MS_PER_DAY
      ? ["day", MS_PER_DAY]
      : ms >= 2 * MS_PER_HOUR
        ? ["hour", MS_PER_HOUR]
        : ["minute", MS_PER_MINUTE];
  return pluralize(Math.floor(ms / size), unit);
}

/** Of whole days that are negative after the end: "364 days left", "expired 28 days ago". */
export function daysInWords(daysLeft: number): string {
  const days = daysLeft < 0 ? -daysLeft - 1 : daysLeft;
  const count = days === 0 ? "less than a day" : pluralize(days, "day");
  return daysLeft < 0 ? `expired ${count} ago` : `${count} left`;
}
