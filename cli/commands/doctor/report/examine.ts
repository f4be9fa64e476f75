/** Runs checks: reads the facts that they need, all at the same time, and lets each judge them. */
import type { Lookup } from "../../../api/calls";
import type { Check, Level, Observed } from "./check";
import type { InstallationState, Collectors } from "../../../inspect/state";

export interface CheckReport {
  name: string;
  title: string;
  /** The worst of what was observed. */
  level: Level;
  observed: Observed[];
}

/** What `gmsa doctor` prints. */
export interface Report {
  /** No check fails. */
  healthy: boolean;
  checks: CheckReport[];
}

type Answers = Partial<Record<keyof InstallationState, Lookup<unknown>>>;

/** From what matters most. */
const BY_WEIGHT: readonly Level[] = ["fail", "warn", "unknown", "pass", "skip"];

/** What the checks say of what the readers find. */
export async function examine(checks: readonly Check[], readers: Collectors): Promise<Report> {
  const needed = [...new Set(checks.flatMap(({ needs }) => needs))];
  const answers: Answers = Object.fromEntries(
    await Promise.all(needed.map(async fact => [fact, await readers[fact]()] as const)),
  );
  const reports = checks.map(check => reportOf(check, answers));
  return { healthy: reports.every(({ level }) => level !== "fail"), checks: reports };
}

function reportOf(check: Check, answers: Answers): CheckReport {
  return checkReport(check, observe(check, answers));
}

/** What was observed, and the worst of it. */
export function checkReport(
  { name, title }: Pick<Check, "name" | "title">,
  observed: Observed[],
): CheckReport {
  const level = BY_WEIGHT.find(each => observed.some(one => one.level === each)) ?? "skip";
  return { name, title, level, observed };
}

function observe(check: Check, answers: Answers): Observed[] {
  const facts: Partial<Record<keyof InstallationState, unknown>> = {};
  const unknown = new Set<string>();
  for (const fact of check.needs) {
    const answer = answers[fact];
    if (answer?.known === true) {
      facts[fact] = answer.value;
    } else {
      unknown.add(answer?.why ?? "was not looked at");
    }
  }
  return unknown.size > 0
    ? [...unknown].map(why => ({ level: "unknown", message: why }))
    : check.judge(facts as InstallationState);
}
