/**
 * Prints Jest's results as plain lines as they arrive: one per file, the messages of failures, and
 * one per level at its end. The logs of tests go directly to the terminal; see plain-log.ts.
 */
import { relative } from "node:path";

import type { Counts } from "../counts";
import { appendCounts, COUNTS_FILE, describeCounts, NONE, sum } from "../counts";

/** The fields of Jest's results for a file that are read here. */
interface TestFile {
  path: string;
  context: { config: { rootDir: string; displayName?: { name: string } } };
}

interface TestFileResult {
  numPassingTests: number;
  numFailingTests: number;
  numPendingTests: number;
  /** The error of a file that could not run. */
  testExecError?: unknown;
  failureMessage?: string | null;
  perfStats: { start: number; end: number };
}

export default class PlainReporter {
  readonly #start = Date.now();
  readonly #levels = new Map<string, Counts>();

  onTestFileResult({ path, context: { config } }: TestFile, result: TestFileResult): void {
    const counts = countsOf(result);
    const level = config.displayName?.name ?? "";
    this.#levels.set(level, sum([this.#levels.get(level) ?? NONE, counts]));
    const { start, end } = result.perfStats;
    const file = relative(config.rootDir, path);
    write(`${outcomeOf(counts)} ${file}: ${describeCounts(counts)} (${seconds(end - start)})`);
    if (result.failureMessage) write(`\n${result.failureMessage}`);
  }

  onRunComplete(): void {
    const file = process.env[COUNTS_FILE];
    for (const [level, counts] of this.#levels) {
      write(`${level}: ${describeCounts(counts)}, in ${seconds(Date.now() - this.#start)}`);
      if (file !== undefined) appendCounts(file, counts);
    }
  }
}

function write(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A file that could not run counts as one failed test. */
function countsOf(result: TestFileResult): Counts {
  return {
    passed: result.numPassingTests,
    failed: result.numFailingTests + (result.testExecError === undefined ? 0 : 1),
    skipped: result.numPendingTests,
  };
}

function outcomeOf({ passed, failed }: Counts): string {
  if (failed > 0) return "FAIL";
  return passed > 0 ? "PASS" : "SKIP";
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
