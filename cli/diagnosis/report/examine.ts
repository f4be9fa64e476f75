/**
 * Runs checks: reads the parts of the state that they need, all at the same time, and lets each check judge
 * them.
 */
import { distinctReasons, type Lookup, type Unread } from "../../api/calls";
import { codeOf } from "../check-codes";
import { FAIL_ON, type FailOn } from "./fail-on";
import { unread, type Check, type Level, type Observed } from "./check";
import type { InstallationState, Collectors } from "../../inspect/state";

export interface CheckReport {
  /** Never changes, even if the check is renamed. For `--suppress` and for programs. */
  code?: string;
  name: string;
  title: string;
  /** The worst level of the observations. */
  level: Level;
  observed: Observed[];
}

/** The output of `gmsa doctor`. */
export interface Report {
  /** No check fails and nothing is unknown. What could not be read does not count as a success. */
  healthy: boolean;
  /** The parts that could not be read, and why. */
  unknown: string[];
  checks: CheckReport[];
}

type Lookups = Partial<Record<keyof InstallationState, Lookup<unknown>>>;

/** Most important first. */
const BY_WEIGHT: readonly Level[] = ["fail", "warn", "unknown", "pass", "skip"];

/** Runs the checks on the state that the collectors read. */
export async function examine(checks: readonly Check[], collectors: Collectors): Promise<Report> {
  const needed = [...new Set(checks.flatMap(({ needs }) => needs))];
  const lookups: Lookups = Object.fromEntries(
    await Promise.all(needed.map(async part => [part, await collectors[part]()] as const)),
  );
  return reportOf(checks.map(check => checkReport(check, observe(check, lookups))));
}

/** Combines the reports of all checks. */
function reportOf(checks: CheckReport[]): Report {
  const unknown = checks
    .flatMap(({ observed }) => observed)
    .filter(({ level }) => level === "unknown")
    .map(({ message }) => message);
  const failed = checks.some(({ level }) => level === "fail");
  return { healthy: !failed && unknown.length === 0, unknown: [...new Set(unknown)], checks };
}

/** Whether a report counts as failed. Each value of `--fail-on` includes those before it. */
export function hasFailed({ checks }: Pick<Report, "checks">, failOn: FailOn): boolean {
  const counted: Level[] = (["fail", "warn", "unknown"] as const).slice(
    0,
    FAIL_ON.indexOf(failOn) + 1,
  );
  return checks.some(({ observed }) => observed.some(({ level }) => counted.includes(level)));
}

/** The observations of a check, and the worst level among them. */
export function checkReport(
  { name, title }: Pick<Check, "name" | "title">,
  observed: Observed[],
): CheckReport {
  const level = BY_WEIGHT.find(each => observed.some(one => one.level === each)) ?? "skip";
  const code = codeOf(name);
  return { ...(code === undefined ? {} : { code }), name, title, level, observed };
}

function observe(check: Check, lookups: Lookups): Observed[] {
  const state: Partial<Record<keyof InstallationState, unknown>> = {};
  const unknown: Unread[] = [];
  for (const part of check.needs) {
    const lookup = lookups[part];
    if (lookup?.known === true) state[part] = lookup.value;
    else unknown.push(lookup ?? { why: "was not checked", isForbidden: false });
  }
  return unknown.length > 0
    ? distinctReasons(unknown).map(unread)
    : check.judge(state as InstallationState);
}
