/** Pure: how close the end of a certificate is, and when that is a problem. */
import { MS_PER_DAY } from "../../pki/key-pair";
import { pluralize } from "../../rules/text";
import type { Source } from "./model";

const MS_PER_HOUR = MS_PER_DAY / 24;
const MS_PER_MINUTE = MS_PER_HOUR / 60;

/** The same limits as in the alerts GMSACertificateEndsSoon and GMSACertificateEndsNow. */
const SOON_MS = 14 * MS_PER_DAY;
const NOW_MS = 3 * MS_PER_DAY;

/** Start and end of a certificate, in milliseconds. */
export interface Life {
  start: number;
  end: number;
}

/**
 * The level of a finding about the end: a warning while there is time to act, an error after that.
 * Short-lived certificates are always close to their end, which is normal if they are renewed automatically.
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

/** Such as "12 days", "23 hours" or "5 minutes". */
export function durationInWords(ms: number): string {
  const [unit, size]: [string, number] =
    ms >= 2 * MS_PER_DAY
      ? ["day", MS_PER_DAY]
      : ms >= 2 * MS_PER_HOUR
        ? ["hour", MS_PER_HOUR]
        : ["minute", MS_PER_MINUTE];
  return pluralize(Math.floor(ms / size), unit);
}

/** Formats whole days, which are negative after the end: "364 days left", "expired 28 days ago". */
export function daysInWords(daysLeft: number): string {
  const days = daysLeft < 0 ? -daysLeft - 1 : daysLeft;
  const count = days === 0 ? "less than a day" : pluralize(days, "day");
  return daysLeft < 0 ? `expired ${count} ago` : `${count} left`;
}
