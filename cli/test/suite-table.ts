/** Pure: what suites came to, for people. */
import type { Colours } from "../terminal/colours";
import type { CaseResult, SuiteResult } from "../commands/dry-run/run-suite";

/** A line for each case, what is not as expected below it, and how many passed. */
export function suiteTable(suites: readonly SuiteResult[], colours: Colours): string {
  const parts = suites.map(suite => {
    const title = suite.name === suite.file ? suite.file : `${suite.file}: ${suite.name}`;
    return [title, ...suite.cases.flatMap(one => caseLines(one, suite.file, colours))].join("\n");
  });
  const { passed, failed } = countsOf(suites);
  return [...parts, `${passed} passed, ${failed} failed`].join("\n\n");
}

export function countsOf(suites: readonly SuiteResult[]): { passed: number; failed: number } {
  const all = suites.flatMap(({ cases }) => cases);
  const passed = all.filter(one => one.passed).length;
  return { passed, failed: all.length - passed };
}

function caseLines(
  { name, line, passed, mismatches }: CaseResult,
  file: string,
  colours: Colours,
): string[] {
  return passed
    ? [`  ${colours.green("✔")} ${name}`]
    : [
        `  ${colours.red("✘")} ${name} ${colours.dim(`(${file}:${line})`)}`,
        ...mismatches.map(mismatch => `      ${mismatch}`),
      ];
}
