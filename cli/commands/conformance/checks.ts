/** The results of a run as values: verdicts with reasons. */

export const VERDICTS = ["passed", "failed", "unknown", "skipped"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The kinds of checks. They are few and fixed, so that reports can be compared. */
export const CHECKS = [
  "admission",
  "contents",
  "start",
  "kerberos",
  "netlogon",
  "hostname",
  "share",
  "sql",
  "restart",
  "deletion",
  "copy",
  "change",
  "revocation",
] as const;
export type CheckName = (typeof CHECKS)[number];

/** Reasons, each with its verdict. */
export const REASONS = {
  // Admission
  "filled in": "passed",
  admitted: "passed",
  "random hostname": "passed",
  "refused as it must be": "passed",
  "contents missing": "failed",
  "contents differ": "failed",
  "hostname missing": "failed",
  refused: "failed",
  "refused for another reason": "failed",
  "admitted without a grant": "failed",
  "webhook unreachable": "failed",
  "refused by others": "unknown",
  // The cluster's state
  running: "passed",
  restarted: "passed",
  done: "passed",
  kept: "passed",
  "contents changed": "failed",
  "not started": "failed",
  "no image": "failed",
  ended: "failed",
  "not restarted": "failed",
  "no sign of a start": "unknown",
  "not scheduled": "unknown",
  gone: "unknown",
  "call failed": "unknown",
  // Answers of Windows
  ticket: "passed",
  channel: "passed",
  named: "passed",
  "share read": "passed",
  "logged in": "passed",
  "no ticket": "failed",
  "channel down": "failed",
  "share denied": "failed",
  "login denied": "failed",
  "another login": "failed",
  "no program": "unknown",
  "no right": "unknown",
  "no answer": "unknown",
  unreadable: "unknown",
  // Not asked
  interrupted: "unknown",
  "after the above": "skipped",
  "no node": "skipped",
} as const satisfies Readonly<Record<string, Verdict>>;
export type Reason = keyof typeof REASONS;

/** One result. */
export interface Check {
  name: CheckName;
  /** The Pod or other object that it is about. */
  subject: string;
  container?: string;
  verdict: Verdict;
  reason: Reason;
  /** The message of the API server, the node or Windows. Empty if the reason is enough. */
  detail: string;
  /** A note does not count for the verdict of the case. */
  isNote: boolean;
  /** The beginning of the output. */
  evidence?: string;
}

/** Creates a check with the verdict of its reason. */
export function checked(
  { name, subject, container }: Pick<Check, "name" | "subject" | "container">,
  reason: Reason,
  more: Partial<Pick<Check, "detail" | "isNote" | "evidence">> = {},
): Check {
  return {
    name,
    subject,
    ...(container === undefined ? {} : { container }),
    verdict: REASONS[reason],
    reason,
    detail: "",
    isNote: false,
    ...more,
  };
}

/** Most important first. */
const BY_WEIGHT: readonly Verdict[] = ["failed", "unknown", "passed", "skipped"];

/** The combined verdict: the worst one, or "unknown" if there is none. */
export function verdictOf(checks: readonly Pick<Check, "verdict" | "isNote">[]): Verdict {
  const counting = checks.filter(({ isNote }) => !isNote).map(({ verdict }) => verdict);
  // Skipped counts last: a skipped check follows a failed or unknown one, or stands for a version without a
  // node.
  return BY_WEIGHT.find(verdict => counting.includes(verdict)) ?? "unknown";
}
