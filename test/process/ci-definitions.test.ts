/** Runs the commands of the GitHub Action and the pre-commit hooks. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

import { bin, scripts } from "../../package.json";
import { gmsa } from "../support/gmsa-program";

const ROOT = join(__dirname, "../..");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gmsa-ci-"));
  cpSync(join(ROOT, "examples"), join(folder, "examples"), { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function definition(name: string): unknown {
  return parse(readFileSync(join(ROOT, name), "utf8"));
}

interface Action {
  inputs: Record<string, { description: string; default: string }>;
  runs: {
    using: string;
    steps: { name: string; shell: string; run: string; env?: Record<string, string> }[];
  };
}

describe("action.yml", () => {
  const { inputs, runs } = definition("action.yml") as Action;
  const [build, run] = runs.steps;

  /** Substitutes inputs for expressions, as a runner does. */
  function runWith(given: Record<string, string>): Promise<{ code: number; stdout: string }> {
    const env = Object.entries(run?.env ?? {}).map(([name, expression]) => {
      const input = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(expression)?.[1] ?? "";
      return [name, given[input] ?? inputs[input]?.default ?? ""];
    });
    return new Promise(resolve => {
      execFile(
        "bash",
        ["--noprofile", "--norc", "-eo", "pipefail", "-c", run?.run ?? ""],
        {
          cwd: folder,
          env: {
            ...process.env,
            ...Object.fromEntries(env),
            GITHUB_ACTION_PATH: ROOT,
          } as NodeJS.ProcessEnv,
        },
        (error, stdout) => {
          resolve({ code: error === null ? 0 : Number(error.code), stdout });
        },
      );
    });
  }

  test("builds the program as npm does, and no input is part of a script", () => {
    expect(runs.using).toBe("composite");
    expect(build?.run).toBe("npm ci --no-audit --no-fund");
    expect(scripts.prepare).toBe("tsx tools/build/bundle-cli.ts");
    expect(runs.steps.filter(({ run: script }) => script.includes("${{"))).toEqual([]);
    expect(runs.steps.map(({ shell }) => shell)).toEqual(["bash", "bash"]);
  });

  test("annotates the problems of the whole repository", async () => {
    const { code, stdout } = await runWith({});
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error file=examples\/refused\/contents-without-name\.yaml,/m);
  });

  test("takes paths and options by lines", async () => {
    const options = "--ignore=refused/\n\n--strict\n";
    expect(await runWith({ paths: "examples", options })).toEqual({ code: 0, stdout: "" });
    const { stdout } = await runWith({ command: "test", output: "table", paths: "examples\n" });
    expect(stdout).toContain("9 passed, 0 failed");
    const injected = await runWith({ paths: "$(touch injected); nothing" });
    expect(injected.stdout).toContain("$(touch injected); nothing");
  });
});

interface Hook {
  id: string;
  entry: string;
  args: string[];
  language: string;
  pass_filenames: boolean;
}

describe(".pre-commit-hooks.yaml", () => {
  const hooks = definition(".pre-commit-hooks.yaml") as Hook[];

  test.each(hooks)("$id runs", async ({ entry, args, language, pass_filenames }) => {
    expect([language, pass_filenames]).toEqual(["node", false]);
    const [program = "", ...words] = entry.split(" ");
    expect(Object.keys(bin)).toContain(program);
    const isLint = words[0] === "lint";
    // Remove the examples that lint reports as errors.
    for (const name of isLint ? ["contents-without-name", "contents-differ"] : []) {
      rmSync(join(folder, `examples/refused/${name}.yaml`));
    }
    const { code, stderr } = await gmsa([...words, ...args], { cwd: folder });
    expect(code).toBe(0);
    expect(stderr).toMatch(isLint ? /: 0 errors, 0 warnings\n$/ : /^$/);
  });
});
