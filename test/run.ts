/**
 * `npm test`: runs the levels that need only a control plane one after the other, and prints one
 * count at the end. To run a single level: `npm run test:unit`, ...
 *
 * Prerequisites of all levels are checked first, so that a missing one is reported at once. dist/
 * is rebuilt, so that the tests use the current sources.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Argument, Command, Option } from "commander";

import { findBinaries } from "../testbed/programs/binaries";
import { MissingPrerequisite } from "../testbed/process/log";
import { whyNoPolicies } from "../testbed/node/policy-prerequisites";
import { findKubernetes, findNodePrograms } from "../testbed/node/prerequisites";
import { findRelease, KUBERNETES_VERSION } from "../testbed/programs/control-plane-versions";
import { hasGo } from "../testbed/programs/component-crds";
import { findKubeRouter } from "../testbed/programs/kube-router-program";
import type { Counts } from "./counts";
import { appendCounts, COUNTS_FILE, describeCounts, isSuccess, readCounts, sum } from "./counts";
import { NODE_STAGE_SKIPPED } from "./setup/shared-node";

const ROOT = resolve(__dirname, "..");

/**
 * Projects of jest.config.mjs that run at the same time: the number of parallel files of each, and its
 * options for Node.js.
 */
type Runs = Record<string, { workers: string; node?: string[] }>;

const ONE_A_CORE = { workers: "100%" };
const ONE = { workers: "1" };
/**
 * For many short files: most of their code runs too rarely to be worth optimizing, and most objects are not
 * needed after their file.
 */
const SHORT_FILES = {
  ...ONE_A_CORE,
  node: ["--interrupt-budget=2000000", "--max-semi-space-size=128"],
};

/** Fastest first. */
const LEVELS = {
  unit: { unit: SHORT_FILES },
  manifests: { manifests: SHORT_FILES },
  process: { process: ONE_A_CORE },
  e2e: { e2e: ONE_A_CORE, "e2e-shared": ONE },
  components: { components: ONE_A_CORE },
  // These tests load and break the single node that they share.
  node: { node: ONE },
} satisfies Record<string, Runs>;

type Level = keyof typeof LEVELS;

const NAMES = Object.keys(LEVELS) as Level[];
/** The levels that a plain `npm test` runs. */
const USUAL: Level[] = ["unit", "manifests", "process", "e2e"];

/** The levels that depend on the Kubernetes version. */
const OF_A_VERSION: Level[] = ["e2e"];

/** Options that change the usual run. */
interface Options {
  /** The cluster for the tests, if they should not create their own. */
  cluster?: string;
  /** Kubernetes version such as "1.30"; by default that of the test bed. */
  kubernetes?: string;
  coverage?: boolean;
  /** Arguments for jest. */
  jest?: string[];
}

function log(line: string): void {
  console.error(line);
}

async function main(named: Level[], options: Options): Promise<void> {
  const { kubernetes } = options;
  if (kubernetes !== undefined) {
    // Applies to everything that this process and the tests start.
    process.env[KUBERNETES_VERSION] = await findRelease(kubernetes);
    log(`on Kubernetes ${process.env[KUBERNETES_VERSION]}`);
  }
  const usual = kubernetes === undefined ? USUAL : OF_A_VERSION;
  const levels = named.length === 0 ? usual : named;
  const environment: Record<string, string> = {};
  if (options.cluster !== undefined) environment.GMSA_TEST_CLUSTER = options.cluster;
  const whyNoNode = levels.includes("node") ? await findNode(options) : undefined;
  if (whyNoNode !== undefined) {
    environment[NODE_STAGE_SKIPPED] = whyNoNode;
    log(`the level "node" is skipped: ${whyNoNode}`);
  }
  if (levels.some(level => level !== "unit")) await prepare(options);
  const counts: Counts[] = [];
  for (const level of NAMES.filter(name => levels.includes(name))) {
    const runs = Object.entries<Runs[string]>(LEVELS[level]).map(([project, run]) =>
      runJest({ project, ...run }, environment, options),
    );
    counts.push(...(await Promise.all(runs)));
  }
  if (whyNoNode !== undefined) console.log(`\nnot tested on a real node: ${whyNoNode}`);
  report(sum(counts));
}

/** Finds the prerequisites of all levels except "unit", and builds the programs under test. */
async function prepare({ cluster }: Options): Promise<void> {
  if (cluster === undefined) await findBinaries(log);
  if (cluster === "node") await findNodePrograms();
  log("building the module");
  // Loaded here, because the unit tests do not need it.
  const { build } = await import("../tools/build/build");
  await build();
}

/** Finds the prerequisites of the level "node"; returns the reason if it has to be skipped. */
async function findNode({ cluster }: Options): Promise<string | undefined> {
  if (cluster === "current" || cluster === "k3d") return "a cluster of yours was named";
  try {
    await findNodePrograms();
    await findKubernetes(log);
    // Build it now so that no test waits for it; without Go, the tests that need it are skipped.
    if (hasGo && whyNoPolicies() === undefined) await findKubeRouter(log);
    return undefined;
  } catch (error) {
    if (error instanceof MissingPrerequisite) return error.message;
    throw error;
  }
}

/** Runs a project. If Jest fails although no test did, that counts as one failed test. */
async function runJest(
  { project, workers, node = [] }: { project: string } & Runs[string],
  environment: Record<string, string>,
  { coverage, jest = [] }: Options,
): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "gmsa-test-"));
  const file = join(folder, "counts");
  const args = [
    ...node,
    join(ROOT, "node_modules/jest/bin/jest.js"),
    ...["--selectProjects", project, "--maxWorkers", workers, "--passWithNoTests"],
    ...(coverage === true && project === "unit" ? ["--coverage"] : []),
    ...jest,
  ];
  try {
    const code = await new Promise<number | null>((done, fail) => {
      const child = spawn(process.execPath, args, {
        cwd: ROOT,
        env: { ...process.env, ...environment, [COUNTS_FILE]: file },
        stdio: ["ignore", "inherit", "inherit"],
      });
      child.on("error", fail);
      child.on("exit", done);
    });
    const counts = sum(readCounts(file));
    return code === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the count, and appends it to the file of a caller that adds up several runs. */
function report(counts: Counts): void {
  const file = process.env[COUNTS_FILE];
  if (file !== undefined) appendCounts(file, counts);
  console.log(`\n${describeCounts(counts)}`);
  process.exitCode = isSuccess(counts) ? 0 : 1;
}

new Command("npm test")
  .description(
    "Runs the tests: rules alone, the rendered YAML, the built controller, a real API server; if named, also what needs more programs, and a real node.",
  )
  .addArgument(new Argument("[levels...]", "which levels").choices(NAMES))
  .addOption(
    new Option(
      "--cluster <which>",
      "where the e2e tests run: a cluster of yours, or one made for them with a real node",
    ).choices(["current", "k3d", "node"]),
  )
  .addOption(
    new Option(
      "--kubernetes <version>",
      "a minor version such as 1.30, newest or newest-1: built once; runs e2e if no level is named",
    ).conflicts("cluster"),
  )
  .option("--coverage", "print how much of rules/ the unit tests reach, and fail below 98 %")
  .option("--jest <argument...>", "pass to jest, such as --testPathPatterns=outages")
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    report({ passed: 0, failed: 1, skipped: 0 });
  });
