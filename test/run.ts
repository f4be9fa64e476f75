/**
 * `npm test`: all levels, with one summary. A level alone: `npm run test:unit`, ...
 *
 * What the levels need is looked for first, so that nobody waits for minutes to learn that it is
 * missing; and dist/ is built anew, so that what is tested is what is in the tree.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Argument, Command, Option } from "commander";

import { build } from "../tools/build";
import { findBinaries } from "./cluster/binaries";

const ROOT = resolve(__dirname, "..");
const LEVELS = ["unit", "manifests", "process", "e2e"];

/** What jest writes with --json, as far as it is read here. */
interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numRuntimeErrorTestSuites: number;
}

async function main(
  levels: string[],
  options: { cluster?: string },
  jestArgs: string[],
): Promise<void> {
  const needsCluster = levels.some(level => level !== "unit");
  if (needsCluster) {
    const log = (line: string): void => {
      console.error(line);
    };
    if (options.cluster === undefined) {
      await findBinaries(log);
    }
    log("building the module");
    await build();
  }
  const result = await runJest(levels, options, jestArgs);
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  const skipped = result.numPendingTests === 0 ? "" : `, ${result.numPendingTests} skipped`;
  console.log(`\n${result.numPassedTests} passed, ${failed} failed${skipped}`);
  process.exitCode = failed === 0 && result.numPassedTests > 0 ? 0 : 1;
}

async function runJest(
  levels: string[],
  { cluster }: { cluster?: string },
  jestArgs: string[],
): Promise<JestResult> {
  const folder = mkdtempSync(join(tmpdir(), "gmsa-test-"));
  const outputFile = join(folder, "result.json");
  const args = [
    join(ROOT, "node_modules/jest/bin/jest.js"),
    // One cluster serves all, and a few tests count what it does.
    "--runInBand",
    ...["--json", "--outputFile", outputFile, ...jestArgs],
    ...["--selectProjects", ...levels],
  ];
  const environment = cluster === undefined ? {} : { GMSA_TEST_CLUSTER: cluster };
  try {
    await new Promise((done, fail) => {
      const jest = spawn(process.execPath, args, {
        cwd: ROOT,
        env: { ...process.env, ...environment },
        // With --json, jest prints the result on stdout as well; people read stderr.
        stdio: ["ignore", "ignore", "inherit"],
      });
      jest.on("error", fail);
      jest.on("exit", done);
    });
    return JSON.parse(readFileSync(outputFile, "utf8")) as JestResult;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

new Command("npm test")
  .description(
    "Runs the tests: rules alone, the rendered YAML, the built controller, a real API server.",
  )
  .addArgument(new Argument("[levels...]", "which levels").choices(LEVELS).default(LEVELS))
  .addOption(
    new Option(
      "--cluster <which>",
      "test on a cluster of yours instead of one made for the tests",
    ).choices(["current", "k3d"]),
  )
  .option("--jest <argument...>", "pass to jest, such as --testPathPatterns=outages")
  .action(async (levels: string[], options: { cluster?: string; jest?: string[] }) => {
    await main(levels, options, options.jest ?? []);
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
