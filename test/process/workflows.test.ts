/** Checks the workflows of .github with actionlint, and their dependencies on this repository. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";

import { scripts } from "../../package.json";
import { findActionlint } from "../../testbed/programs/actionlint-program";
import { describeWithGo } from "../setup/with-go";

const run = promisify(execFile);
const ROOT = join(__dirname, "../..");
const FOLDER = join(ROOT, ".github/workflows");
const files = readdirSync(FOLDER);

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

function stepsOf(file: string): Step[] {
  const { jobs } = parse(readFileSync(join(FOLDER, file), "utf8")) as {
    jobs: Record<string, { steps: Step[] }>;
  };
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

describeWithGo("actionlint", () => {
  test("finds no problem in the workflows", async () => {
    const actionlint = await findActionlint(console.error);
    const args = ["-no-color", ...files.map(file => join(FOLDER, file))];
    const { stdout } = await run(actionlint, args, { cwd: ROOT }).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toBe("");
  }, 300_000);
});

describe.each(files)("%s", file => {
  const steps = stepsOf(file);

  test("names every action by its commit", () => {
    const uses = steps.flatMap(step => step.uses ?? []);
    expect(uses.filter(action => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  test("runs scripts, and names files, that are there", () => {
    const commands = steps.flatMap(step => step.run ?? []).join("\n");
    const named = [...commands.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? "");
    expect(named.filter(name => !(name in scripts))).toEqual([]);
    const versionFiles = steps
      .map(step => step.with?.["node-version-file"])
      .filter(name => typeof name === "string");
    expect(versionFiles.filter(name => !existsSync(join(ROOT, name)))).toEqual([]);
  });
});
