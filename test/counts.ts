/** Numbers of passed, failed and skipped tests, passed on by Jest to the programs that add them up. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Environment variable with the path of the file to which each level appends a line. */
export const COUNTS_FILE = "GMSA_TEST_COUNTS";

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

export function sum(counts: readonly Counts[]): Counts {
  return counts.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    NONE,
  );
}

/** Such as "12 passed, 0 failed", followed by "3 skipped" if any were. */
export function describeCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

/** Whether at least one test ran and none failed. */
export function isSuccess({ passed, failed }: Counts): boolean {
  return failed === 0 && passed > 0;
}

export function appendCounts(file: string, counts: Counts): void {
  appendFileSync(file, `${JSON.stringify(counts)}\n`);
}

export function readCounts(file: string): Counts[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.filter(line => line !== "").map(line => JSON.parse(line) as Counts);
}
