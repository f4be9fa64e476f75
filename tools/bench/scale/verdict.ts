/** Compares the answer to a Pod with the cluster's state. */
import type { Outcome } from "./outcome";
import type { CredspecState } from "./population";
import type { Span, Timeline } from "./timeline";

/** A created Pod and its answer. */
export interface Answer extends Span {
  credspec: number;
  account: number;
  outcome: Outcome;
}

/** The cluster's state for a Pod's service account and credential spec. */
export interface Truth {
  /** Whether the account was allowed to use the credential spec. */
  granted: Timeline<boolean>;
  contents: Timeline<CredspecState>;
}

/** The judgement of an answer. */
export type Verdict =
  /** Matches the cluster's state `age` milliseconds before the Pod was sent, or later. */
  | { kind: "right"; age: number }
  /** Refused because something changed between Mutate and Validate: no Pod was admitted wrongly. */
  | { kind: "overtaken" }
  | { kind: "wrong"; why: string }
  | { kind: "failed"; why: string };

/**
 * Judges one answer, once all changes up to its end are known.
 *
 * @param tolerance milliseconds: an answer may reflect any state since this long before the Pod
 *   was sent.
 */
export function judge(answer: Answer, truth: Truth, tolerance: number): Verdict {
  const { outcome } = answer;
  switch (outcome.kind) {
    case "failed":
      return outcome;
    case "admitted":
      return judgeAdmitted(answer, outcome.version, truth, tolerance);
    case "refused":
      if (outcome.reason === "overtaken") return judgeOvertaken(answer, truth, tolerance);
      return outcome.reason === "not authorized"
        ? within(tolerance, { "was granted": truth.granted.age(held => !held, answer) })
        : within(tolerance, {
            "had a credential spec": truth.contents.age(held => held === "absent", answer),
          });
  }
}

function judgeAdmitted(
  answer: Answer,
  version: number | undefined,
  { granted, contents }: Truth,
  tolerance: number,
): Verdict {
  if (version === undefined) return { kind: "wrong", why: "admitted with contents of no version" };
  return within(tolerance, {
    "had no grant": granted.age(held => held, answer),
    [`had other contents than version ${version}`]: contents.age(held => held === version, answer),
  });
}

/**
 * Mutate inlines contents only for accounts with a grant, so a late grant can cause this as well.
 */
function judgeOvertaken(
  { start, end }: Answer,
  { contents, granted }: Truth,
  tolerance: number,
): Verdict {
  const during = { start: start - tolerance, end };
  return contents.changed(during) || granted.changed(during)
    ? { kind: "overtaken" }
    : { kind: "wrong", why: "refused for a change that was not made" };
}

/** @param ages error text if the answer is too old, and the age in milliseconds. */
function within(tolerance: number, ages: Readonly<Record<string, number>>): Verdict {
  for (const [what, age] of Object.entries(ages)) {
    if (age === Infinity) return { kind: "wrong", why: `${what} at any time` };
    if (age > tolerance) return { kind: "wrong", why: `${what} for ${age.toFixed(0)} ms` };
  }
  return { kind: "right", age: Math.max(...Object.values(ages)) };
}
