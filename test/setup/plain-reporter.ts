/**
 * Jest's results in plain lines, as they come: one for each file, the messages of what failed, and
 * one for each level at its end. What tests log goes to the terminal by itself; see plain-log.ts.
 */
import { relative } from "node:path";

import type { Counts } from "../counts";
import { appendCounts, COUNTS_FILE, describeCounts, NONE, sum } from "../counts";

/** What jest says of a file, as far as it is read here. */
interface TestFile {
  path: string;
  context: { config: { rootDir: string; displayName?: { name: string } } };
}

interface TestFileResult {
  numPassingTests: number;
  numFailingTests: number;
  numPendingTests: number;
  /** Of a file that could not be run. */
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

/** A file that could not be run counts as a test that failed. */
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
