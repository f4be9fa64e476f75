/** Pure: converts the report of a run to JUnit. An unknown case fails, like in the exit code. */
import type { JUnitCase, JUnitSuite } from "../../manifests/reports/junit";
import type { CaseReport, ConformanceReport } from "./conformance-report";
import { MARKS, wordsOf } from "./words";

/** One suite for each version of Windows. */
export function suitesOf({ cases }: Pick<ConformanceReport, "cases">): JUnitSuite[] {
  const versions = [...new Set(cases.map(({ windows }) => windows))];
  return versions.map(version => ({
    name: `Windows Server ${version}`,
    cases: cases.filter(({ windows }) => windows === version).map(caseOf),
  }));
}

function caseOf({ id, windows, verdict, expected, seconds, checks }: CaseReport): JUnitCase {
  const of = { name: id, classname: `windows-${windows}`, file: "gmsa conformance" };
  const lines = checks.map(
    check =>
      `${MARKS[check.verdict]} ${check.name} of ${check.subject}: ${wordsOf(check)}${check.isNote ? " (note)" : ""}`,
  );
  const note = [`Expected: ${expected}`, ...lines].join("\n");
  switch (verdict) {
    case "passed":
      return { ...of, seconds, note, failure: undefined };
    case "skipped":
      return { ...of, skipped: checks.map(wordsOf).join("; "), failure: undefined };
    case "failed":
    case "unknown": {
      const first = checks.find(check => !check.isNote && check.verdict === verdict);
      const message = first === undefined ? "nothing was found out" : wordsOf(first);
      const type = `${verdict}: ${first?.reason ?? "nothing"}`;
      return { ...of, seconds, failure: { type, message, text: note } };
    }
  }
}
