import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const PROGRAMS = {
  "npx pepr build": "node_modules/.bin/pepr",
  "npm run build": "node_modules/pepr/dist/cli.js",
  "npm run lint": "node_modules/.bin/eslint",
};
const FILES = ["capabilities/gmsa.ts", "telemetry/metrics.ts", "test/process/build-lint.test.ts"];

/** Which files the linter reads, depending on the command that runs it. */
function linted(): unknown {
  const script = `
    const { ESLint } = await import("eslint");
    const linted = {};
    for (const [command, program] of Object.entries(${JSON.stringify(PROGRAMS)})) {
      process.argv[1] = program;
      const { default: baseConfig } = await import("${join(ROOT, "eslint.config.mjs")}?" + program);
      const eslint = new ESLint({ overrideConfigFile: true, baseConfig });
      linted[command] = [];
      for (const file of ${JSON.stringify(FILES)}) {
        if (!(await eslint.isPathIgnored(file))) linted[command].push(file);
      }
    }
    console.log(JSON.stringify(linted));`;
  const args = ["--input-type=module", "--eval", script];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" }));
}

// Pepr lints everything before it builds, which takes minutes, and builds whatever the result.
test("a build does not run the linter, which checks everything in a run of its own", () => {
  expect(linted()).toEqual({ "npx pepr build": [], "npm run build": [], "npm run lint": FILES });
});
