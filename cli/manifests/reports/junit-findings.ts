/** Pure: converts findings to JUnit. */
import { onLine, subjectOf, type Diagnostic } from "../diagnostic";
import type { JUnitCase, JUnitSuite } from "./junit";
import { messageOf } from "./message";

/**
 * A suite for each file, with a case for each finding. A file without findings is a passed case.
 *
 * @param failing levels that fail the run.
 */
export function casesOfFindings(
  files: readonly string[],
  findings: readonly Diagnostic[],
  failing: readonly Diagnostic["level"][],
): JUnitSuite[] {
  const byFile = new Map(files.map(file => [file, [] as Diagnostic[]]));
  for (const finding of findings) {
    const found = byFile.get(finding.file);
    if (found === undefined) byFile.set(finding.file, [finding]);
    else found.push(finding);
  }
  return [...byFile].map(([file, found]) => ({
    name: file,
    cases: found.length === 0 ? [passing(file)] : found.map(each => caseOf(each, failing)),
  }));
}

function passing(file: string): JUnitCase {
  return { name: file, classname: file, file, failure: undefined };
}

function caseOf(finding: Diagnostic, failing: readonly Diagnostic["level"][]): JUnitCase {
  const { code, file, level } = finding;
  const name = `${code} ${subjectOf(finding)}`.trimEnd();
  const message = messageOf(finding);
  const text = onLine(finding, `${level}: ${message}`);
  return failing.includes(level)
    ? { name, classname: file, file, failure: { type: code, message, text } }
    : { name, classname: file, file, note: text, failure: undefined };
}
