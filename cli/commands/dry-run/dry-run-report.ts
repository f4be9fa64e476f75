/** What `gmsa test` reports, of Pods or of suites. */
import { describeDiagnostics, type Diagnostic } from "../../manifests/diagnostic";
import { readAllManifests, type Manifest } from "../../manifests/manifests";
import {
  credspecObjectFindings,
  ObjectChecks,
  oldWaysFindings,
} from "../../manifests/object-checks";
import type { Colours } from "../../terminal/colours";
import { Failure } from "../../terminal/failure";
import type { Backends } from "./backends";
import type { JUnitSuite } from "./junit";
import { casesOfPods, casesOfSuite } from "./junit-cases";
import { podsUnderTestIn } from "./pod-under-test";
import { readSuites } from "./read-suite";
import { resultOf, resultReport, type DryRunResult } from "./dry-run-result";
import { resultTable } from "./result-table";
import { runSuite, type SuiteResult, type CaseResult } from "./run-suite";

export interface Report {
  /** Every Pod gets in, or every case is as expected. */
  healthy: boolean;
  value: object;
  table(colours: Colours): string;
  junit(): JUnitSuite[];
}

/** What the options of the command name. */
export interface Sources {
  filename?: string[];
  recursive?: boolean;
  suite?: string[];
}

export function reportOf(sources: Sources, backends: Backends): Promise<Report> {
  const { filename, recursive = false, suite } = sources;
  const manifests = filename === undefined ? [] : readAllManifests({ filename, recursive });
  return suite === undefined
    ? reportOfPods(manifests, backends)
    : reportOfSuites(suite, manifests, backends);
}

async function reportOfPods(manifests: readonly Manifest[], backends: Backends): Promise<Report> {
  const { namespace } = backends;
  const { podsUnderTest, withoutGmsa } = podsUnderTestIn(manifests, namespace);
  const findings = beside(manifests);
  if (podsUnderTest.length === 0 && withoutGmsa === 0 && findings.length === 0) {
    throw new Failure("there is no Pod and nothing that makes one in these files");
  }
  const { admission, manifested } = backends.backendFor(manifests, namespace);
  const results = await Promise.all(
    podsUnderTest.map(async podUnderTest =>
      resultOf(podUnderTest, await admission.admit(podUnderTest), manifested),
    ),
  );
  return {
    healthy:
      podsUnderTest.length + withoutGmsa > 0 &&
      results.every(({ outcome }) => outcome === "admitted"),
    value: { results: results.map(resultReport), withoutGmsa, findings },
    table: colours =>
      [
        ...(findings.length === 0 ? [] : [describeDiagnostics(findings, colours), ""]),
        resultTable(results, withoutGmsa, colours),
        ...hintFor(results, backends),
      ].join("\n"),
    junit: () => [casesOfPods(results)],
  };
}

/** Why credential specs and grants among the manifests may not be what somebody takes them for. */
function beside(manifests: readonly Manifest[]): Diagnostic[] {
  const checks = new ObjectChecks(manifests, false);
  return manifests
    .flatMap(manifest => [
      ...credspecObjectFindings(manifest),
      ...oldWaysFindings(manifest),
      ...checks.ofRbac(manifest),
    ])
    .filter(({ level }) => level !== "information");
}

/** What is not in the files may be in a cluster. */
function hintFor(results: readonly DryRunResult[], { isCluster }: Backends): string[] {
  const reasons = results.flatMap(({ refusals }) => refusals.map(({ reason }) => reason));
  const mayBeElsewhere = reasons.some(
    reason => reason === "not authorized" || reason === "no such credspec",
  );
  return mayBeElsewhere && !isCluster ? ["Only these files count; --cluster asks a cluster."] : [];
}

async function reportOfSuites(
  files: string[],
  manifests: readonly Manifest[],
  backends: Backends,
): Promise<Report> {
  const suites = await Promise.all(
    readSuites(files).map(suite => runSuite(suite, manifests, backends)),
  );
  const counts = countsOf(suites);
  return {
    healthy: counts.failed === 0,
    value: { ...counts, suites: suites.map(suiteReport) },
    table: colours => suiteTable(suites, colours),
    junit: () => suites.map(casesOfSuite),
  };
}

/** A suite for programs. */
function suiteReport({ cases, ...suite }: SuiteResult): object {
  return {
    ...suite,
    cases: cases.map(one => ({ ...one, results: one.results.map(resultReport) })),
  };
}

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
