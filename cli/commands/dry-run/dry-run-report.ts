/** The report of `gmsa test` on Pods or suites. */
import { codeOf } from "../../../rules/codes";
import { describeDiagnostics, type Diagnostic } from "../../manifests/diagnostic";
import { textProblem, type Manifest } from "../../manifests/manifests";
import {
  credspecObjectFindings,
  ObjectChecks,
  oldWaysFindings,
  outsideFindings,
} from "../../manifests/object-checks";
import type { Colours } from "../../terminal/colours";
import { Failure } from "../../terminal/failure";
import type { Backends } from "./backends";
import { casesOfFindings } from "../../manifests/reports/junit-findings";
import type { JUnitSuite } from "../../manifests/reports/junit";
import type { Repository } from "../../manifests/repository/read-repository";
import { readSources, type Sources } from "../../manifests/sources";
import { casesOfPods, casesOfSuite } from "./junit-cases";
import { podsUnderTestIn } from "./pod-under-test";
import {
  failUnlessSound,
  isSuite,
  readSuites,
  suitesAmong,
  type ReadSuites,
  type Suite,
} from "./read-suite";
import { resultOf, resultReport, type DryRunResult } from "./dry-run-result";
import { resultTable } from "./result-table";
import { runSuite, secondsSince, type SuiteResult, type CaseResult } from "./run-suite";

export interface Report extends Pick<Repository, "skipped" | "charts"> {
  /** Every Pod is admitted, or every case passes. */
  healthy: boolean;
  /** For programs. Called only if it is printed, because it has the line of every Pod. */
  value(): object;
  /** For `-o custom-columns`: the Pods, or the suites. Called only if they are printed. */
  rows(): readonly object[];
  table(colours: Colours): string;
  junit(): JUnitSuite[];
  /** Refusals or failed cases at their places, and problems of files. */
  findings(): Diagnostic[];
}

/** The sources from the command's options. */
export interface TestSources extends Sources {
  suite?: string[];
  /** Selects cases or Pods. */
  run?: RegExp;
  failOnly?: boolean;
  headers?: boolean;
}

/** The input, and how to report on it. */
interface Given {
  manifests: readonly Manifest[];
  /** Problems of files. All other files are tested anyway. */
  problems: readonly Diagnostic[];
  run: RegExp | undefined;
  failOnly: boolean;
  headers: boolean;
}

type PodsReport = Omit<Report, "skipped" | "charts">;

export async function reportOf(sources: TestSources, backends: Backends): Promise<Report> {
  const { paths, ignore = [], suite, run, failOnly = false, headers = true, ...others } = sources;
  const repository = await readSources({ paths, ignore });
  const beside = await readSources({ ...others, paths: [] });
  const suites =
    suite === undefined ? suitesAmong(repository.manifests.filter(isSuite)) : readSuites(suite);
  const hasSuites = suite !== undefined || suites.suites.length + suites.problems.length > 0;
  // If the repository has suites, these name the manifests to test.
  const manifests = [...(suite === undefined && hasSuites ? [] : repository.manifests)];
  const given: Given = {
    manifests: [...manifests, ...beside.manifests],
    problems: [...repository.problems, ...beside.problems].filter(({ level }) => level === "error"),
    run,
    failOnly,
    headers,
  };
  const report = await (hasSuites
    ? reportOfSuites(suites, given, backends)
    : reportOfPods(given, backends));
  return { ...report, skipped: repository.skipped, charts: repository.charts };
}

async function reportOfPods(given: Given, backends: Backends): Promise<PodsReport> {
  const { manifests, problems, run, failOnly, headers } = given;
  const { namespace } = backends;
  const found = podsUnderTestIn(manifests, namespace);
  const podsUnderTest = found.podsUnderTest.filter(({ workload }) => run?.test(workload) ?? true);
  const withoutGmsa = run === undefined ? found.withoutGmsa : 0;
  const facts = await backends.nodeFacts(manifests);
  const findings = [
    ...problems,
    ...worthSaying([
      ...besideOf(manifests),
      ...podsUnderTest.flatMap(podUnderTest => podUnderTest.placementFindings(facts)),
    ]),
  ];
  if (podsUnderTest.length === 0 && withoutGmsa === 0) failForNone(findings, run);
  const { admission, manifested } = backends.backendFor(manifests, namespace);
  const tried = await Promise.all(
    podsUnderTest.map(async podUnderTest => {
      const begin = performance.now();
      const answer = await admission.admit(podUnderTest);
      const result = resultOf(podUnderTest, answer, manifested);
      return { podUnderTest, result, seconds: secondsSince(begin) };
    }),
  );
  const results = tried.map(({ result }) => result);
  return {
    healthy:
      findings.every(({ level }) => level !== "error") &&
      podsUnderTest.length + withoutGmsa > 0 &&
      results.every(({ outcome }) => outcome === "admitted"),
    value: () => ({ results: results.map(resultReport), withoutGmsa, findings }),
    rows: () => results.map(resultReport),
    table: colours =>
      [
        ...(findings.length === 0 ? [] : [describeDiagnostics(findings, colours), ""]),
        resultTable(results, withoutGmsa, { colours, failOnly, headers }),
        ...hintFor(results, backends),
      ].join("\n"),
    junit: () => [...casesOfFiles(problems), casesOfPods(tried)],
    findings: () => [
      ...findings,
      ...tried.flatMap(({ podUnderTest, result }) =>
        result.refusals.map(refusal => podUnderTest.diagnosticOf(refusal)),
      ),
    ],
  };
}

/** @throws Failure if there are no other findings. */
function failForNone(findings: readonly Diagnostic[], run: RegExp | undefined): void {
  if (run !== undefined) throw new Failure(`no Pod matches --run ${run.source}`);
  if (findings.length === 0) {
    throw new Failure("these files contain neither Pods nor workloads");
  }
}

/** Problems of credential specs and grants among the manifests that may have no effect. */
function besideOf(manifests: readonly Manifest[]): Diagnostic[] {
  const checks = new ObjectChecks(manifests);
  return manifests.flatMap(manifest => [
    ...checks.ofSame(manifest),
    ...credspecObjectFindings(manifest),
    ...oldWaysFindings(manifest),
    ...outsideFindings(manifest),
    ...checks.ofRbac(manifest),
  ]);
}

/** Leaves out hints, but not the settings that no test covers. */
function worthSaying(findings: readonly Diagnostic[]): Diagnostic[] {
  const untested = codeOf("outside template");
  return findings.filter(({ level, code }) => level !== "information" || code === untested);
}

/** Objects that are missing in the files may exist in a cluster. */
function hintFor(results: readonly DryRunResult[], { isCluster }: Backends): string[] {
  const reasons = results.flatMap(({ refusals }) => refusals.map(({ reason }) => reason));
  const mayBeElsewhere = reasons.some(
    reason => reason === "not authorized" || reason === "no such credspec",
  );
  return mayBeElsewhere && !isCluster
    ? ["Only these files count; add --cluster to check against a cluster."]
    : [];
}

async function reportOfSuites(
  read: ReadSuites,
  given: Given,
  backends: Backends,
): Promise<PodsReport> {
  failUnlessSound(read);
  const { manifests, run, failOnly } = given;
  const problems = [...given.problems, ...read.problems];
  const chosen = chosenBy(run, read.suites);
  const suites = await Promise.all(chosen.map(suite => runSuite(suite, manifests, backends)));
  const counts = countsOf(suites);
  return {
    healthy: counts.failed === 0 && problems.length === 0,
    value: () => ({ ...counts, suites: suites.map(suiteReport), findings: problems }),
    rows: () => suites.map(suiteReport),
    table: colours =>
      [
        ...(problems.length === 0 ? [] : [describeDiagnostics(problems, colours), ""]),
        suiteTable(suites, { colours, failOnly }),
      ].join("\n"),
    junit: () => [...casesOfFiles(problems), ...suites.map(casesOfSuite)],
    findings: () => [...problems, ...suites.flatMap(mismatchFindings)],
  };
}

/**
 * The cases that match `--run`, by name or by `suite/case`.
 *
 * @throws Failure if none matches.
 */
function chosenBy(run: RegExp | undefined, suites: readonly Suite[]): readonly Suite[] {
  if (run === undefined) return suites;
  const chosen = suites
    .map(suite => ({
      ...suite,
      cases: suite.cases.filter(({ name }) => run.test(name) || run.test(`${suite.name}/${name}`)),
    }))
    .filter(({ cases }) => cases.length > 0);
  if (chosen.length === 0) throw new Failure(`no case matches --run ${run.source}`);
  return chosen;
}

/** A file that cannot be read counts as a failed case. */
function casesOfFiles(problems: readonly Diagnostic[]): JUnitSuite[] {
  return casesOfFindings([], problems, ["error"]);
}

function mismatchFindings({ name: suite, file, cases }: SuiteResult): Diagnostic[] {
  return cases.flatMap(({ name, line, column, mismatches }) =>
    mismatches.map(problem => ({
      ...textProblem(file, "not as expected", { line, column, problem, remedy: "" }),
      object: `${suite}: ${name}`,
    })),
  );
}

/** Converts the result of a suite to JSON. */
function suiteReport({ cases, ...suite }: SuiteResult): object {
  return {
    ...suite,
    // Without durations, which differ from run to run. JUnit has them.
    cases: cases.map(({ name, line, passed, mismatches, expected, results }) => ({
      ...{ name, line, passed, mismatches, expected },
      results: results.map(resultReport),
    })),
  };
}

/** A line for each case with its mismatches below, and the number of passed cases. */
function suiteTable(
  suites: readonly SuiteResult[],
  { colours, failOnly }: { colours: Colours; failOnly: boolean },
): string {
  const parts = suites.flatMap(({ name, file, cases }) => {
    const listed = failOnly ? cases.filter(({ passed }) => !passed) : cases;
    if (listed.length === 0) return [];
    const title = name === file ? file : `${file}: ${name}`;
    return [title, ...listed.flatMap(one => caseLines(one, file, colours))].join("\n");
  });
  const { passed, failed } = countsOf(suites);
  return [...parts, `${passed} passed, ${failed} failed`].join("\n\n");
}

function countsOf(suites: readonly SuiteResult[]): { passed: number; failed: number } {
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
