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

import { build } from "../tools/build/build";
import { findBinaries } from "../testbed/programs/binaries";
import { MissingPrerequisite } from "../testbed/process/log";
import { findKubernetes, findNodePrograms } from "../testbed/node/prerequisites";
import { NODE_STAGE_SKIPPED } from "./setup/shared-node";

const ROOT = resolve(__dirname, "..");
const LEVELS = ["unit", "manifests", "process", "e2e", "node"];

/** What jest writes with --json, as far as it is read here. */
interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numRuntimeErrorTestSuites: number;
}

/** Where the tests run, other than on clusters made for them. */
interface Options {
  cluster?: string;
}

function log(line: string): void {
  console.error(line);
}

async function main(levels: string[], options: Options, jestArgs: string[]): Promise<void> {
  const environment: Record<string, string> = {};
  if (options.cluster !== undefined) environment.GMSA_TEST_CLUSTER = options.cluster;
  const whyNoNode = levels.includes("node") ? await findNode(options) : undefined;
  if (whyNoNode !== undefined) {
    environment[NODE_STAGE_SKIPPED] = whyNoNode;
    log(`the level "node" is skipped: ${whyNoNode}`);
  }
  if (levels.some(level => level !== "unit")) {
    if (options.cluster === undefined) await findBinaries(log);
    if (options.cluster === "node") await findNodePrograms();
    log("building the module");
    await build();
  }
  // One after the other: each of the two has a cluster that stays up from its start to its end.
  const runs = [levels.filter(level => level !== "node"), levels.filter(level => level === "node")];
  const results: JestResult[] = [];
  for (const run of runs.filter(({ length }) => length > 0)) {
    results.push(await runJest(run, environment, jestArgs));
  }
  report(results, whyNoNode);
}

/** Finds what the level "node" needs; returns why it has to be skipped, if it has to. */
async function findNode({ cluster }: Options): Promise<string | undefined> {
  if (cluster === "current" || cluster === "k3d") return "a cluster of yours was named";
  try {
    await findNodePrograms();
    await findKubernetes(log);
    return undefined;
  } catch (error) {
    if (error instanceof MissingPrerequisite) return error.message;
    throw error;
  }
}

function report(results: readonly JestResult[], whyNoNode: string | undefined): void {
  const sum = (count: (result: JestResult) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  const passed = sum(({ numPassedTests }) => numPassedTests);
  const failed = sum(result => result.numFailedTests + result.numRuntimeErrorTestSuites);
  const skipped = sum(({ numPendingTests }) => numPendingTests);
  if (whyNoNode !== undefined) console.log(`\nnot tested on a real node: ${whyNoNode}`);
  console.log(`\n${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

async function runJest(
  levels: string[],
  environment: Record<string, string>,
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
    "Runs the tests: rules alone, the rendered YAML, the built controller, a real API server, a real node.",
  )
  .addArgument(new Argument("[levels...]", "which levels").choices(LEVELS).default(LEVELS))
  .addOption(
    new Option(
      "--cluster <which>",
      "where the e2e tests run: a cluster of yours, or one made for them with a real node",
    ).choices(["current", "k3d", "node"]),
  )
  .option("--jest <argument...>", "pass to jest, such as --testPathPatterns=outages")
  .action(async (levels: string[], options: Options & { jest?: string[] }) => {
    await main(levels, options, options.jest ?? []);
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
