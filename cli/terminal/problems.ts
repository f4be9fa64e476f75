/** Renders problems for people and for programs. */
import { codeOf } from "../../rules/codes";
import { isObjectName } from "../../rules/object";
import {
  credspecSentence,
  type AnyReason,
  type CredspecProblem,
  type Problem,
} from "../../rules/problem";
import type { Colours } from "./colours";
import type { Terminal } from "./terminal";

/** The remedy of a problem, with the command that creates a missing grant. */
export function remedyWithCommand({
  reason,
  credspec = "",
  account,
  remedy,
}: Pick<Problem<string>, "reason" | "credspec" | "account" | "remedy">): string {
  if (reason !== "not authorized" || account === undefined || !isObjectName(credspec)) {
    return remedy;
  }
  const command = `gmsa grant ${credspec} --service-account ${account.namespace}/${account.name}`;
  return `${remedy} Run \`${command}\`, or add \`--dry-run client\` to print the objects only.`;
}

/** The reason why Pods are refused, and the remedy on the next line. */
export function refusalLine(whose: string, problem: Problem<string>, colours: Colours): string {
  const remedy = remedyWithCommand(problem);
  const what = `${colours.red("✘")} ${whose}: ${problem.problem}`;
  return remedy === "" ? what : `${what}.\n  ${remedy}`;
}

/** A problem of Pods that are admitted. */
export function warningLine(whose: string, problem: Problem<string>, colours: Colours): string {
  return `${colours.yellow("!")} ${whose}: ${problem.problem}.\n  ${problem.remedy}`;
}

/** The reason why a Pod is refused, as JSON. */
export interface RefusalReport<Reason extends AnyReason = AnyReason> {
  reason: Reason;
  /** Such as `GMSA262`; see docs/reference/lint.md. */
  code: string;
  /** Such as `container "iis"`. */
  places: string[];
  problem: string;
  remedy: string;
}

/** Converts a refusal to JSON. */
export function refusalReport<Reason extends AnyReason>({
  reason,
  places,
  problem,
  remedy,
}: Problem<Reason>): RefusalReport<Reason> {
  return { reason, code: codeOf(reason), places: places.map(({ text }) => text), problem, remedy };
}

/**
 * Prints the problems of a credential spec.
 *
 * @param where a prefix for each problem, such as the file; may be empty.
 * @returns whether Windows can use the credential spec: none of the problems is an error.
 */
export function sayProblems(
  terminal: Terminal,
  where: string,
  problems: readonly CredspecProblem[],
): boolean {
  const prefix = where === "" ? "" : `${where}: `;
  for (const problem of problems) {
    terminal.say(`${prefix}${problem.level}: ${credspecSentence(problem)}`);
  }
  return problems.every(({ level }) => level !== "error");
}

/** Prints how to fix the problems of a manifest that have only one right answer. */
export function noteFixes(
  terminal: Terminal,
  where: string,
  problems: readonly CredspecProblem[],
): void {
  const fixable = problems.filter(({ fixes = [] }) => fixes.length > 0).length;
  if (fixable === 0) return;
  terminal.note(
    `${where}: \`gmsa lint --fix\` corrects ${fixable} of these in the manifest, also behind a pipe: \`... | gmsa lint --fix -\``,
  );
}
