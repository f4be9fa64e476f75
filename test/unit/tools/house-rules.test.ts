/**
 * Breaks each house rule once in a temporary project with the shipped configuration, and expects an
 * error.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(__dirname, "../../..");
const CRUISER = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
const run = promisify(execFile);

const PACKAGES = ["pepr", "prom-client", "@kubernetes/client-node"];
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
/** The files and folders that `npm run lint` checks. */
const LINTED = (scripts["lint:house"] ?? "").split(" ").slice(3);

/** A file whose import breaks a rule, and the rule's name. */
const VIOLATIONS: readonly [rule: string, file: string, imported: string][] = [
  ["1-no-cycle-of-files", "rules/one.ts", "./other"],
  ["1-no-cycle-of-folders", "cli/terminal/columns.ts", "../commands/lint/lint"],
  ["2-only-tests-import-tests", "testbed/up.ts", "../test/fixture"],
  ["3-room-rules", "rules/pod/pod.ts", "../../kube/client"],
  ["3-room-capabilities", "capabilities/gmsa.ts", "../webhook/server"],
  ["3-room-kube", "kube/client.ts", "../telemetry/metrics"],
  ["3-room-telemetry", "telemetry/metrics.ts", "../pki/key-pair"],
  ["3-room-pki", "pki/key-pair.ts", "../rules/text"],
  ["3-room-certificates", "certificates/plan.ts", "../cli/main"],
  ["3-room-canary", "canary/watch-admission.ts", "../certificates/plan"],
  ["3-room-webhook", "webhook/server.ts", "../certificates/plan"],
  ["3-room-cli", "cli/main.ts", "../telemetry/metrics"],
  ["3-room-testbed", "testbed/bed/bed.ts", "../../tools/build/build"],
  ["3-room-tools", "tools/build/build.ts", "../../cli/options/names"],
  ["3-room-site", "site/check/check-site.ts", "../../cli/main"],
  ["3-rules-room-pod", "rules/pod/change.ts", "../admission/review"],
  ["3-rules-room-credspec", "rules/credspec/cluster.ts", "../pod/pod"],
  ["3-rules-room-rbac", "rules/rbac/grants.ts", "../pod/pod"],
  ["3-rules-room-workload", "rules/workload/owners.ts", "../rbac/grants"],
  ["3-rules-room-canary", "rules/canary/judge.ts", "../workload/owners"],
  ["3-rules-room-opt-in", "rules/opt-in/choice.ts", "../workload/owners"],
  ["4-cli-room-terminal", "cli/terminal/yaml.ts", "../api/calls"],
  ["4-cli-room-options", "cli/options/names.ts", "../api/calls"],
  ["4-cli-room-api", "cli/api/calls.ts", "../inspect/state"],
  ["4-cli-room-manifests", "cli/manifests/lists.ts", "../inspect/state"],
  ["4-cli-room-certificates", "cli/certificates/model.ts", "../inspect/state"],
  ["4-cli-room-inspect", "cli/inspect/state.ts", "../options/names"],
  ["4-cli-room-diagnosis", "cli/diagnosis/report/check.ts", "../../options/names"],
  ["4-cli-room-inside", "cli/inside/exec.ts", "../options/names"],
  ["5-commands-stand-alone", "cli/commands/status/status.ts", "../lint/lint"],
  ["5-only-the-program-imports-commands", "cli/api/user.ts", "../commands/lint/lint"],
  ["6-tools-share-only-the-build", "tools/demo/demo.ts", "../bench/bench"],
  ["7-pepr-in-two-rooms", "kube/namespaces.ts", "pepr"],
  ["7-tools-load-no-server", "cli/program.ts", "prom-client"],
  ["8-client-only-in-kube", "telemetry/audit.ts", "@kubernetes/client-node"],
  ["9-rules-are-pure", "rules/text.ts", "node:fs"],
];

/** Imports that are allowed, although similar ones are not. */
const ALLOWED: readonly [file: string, imports: readonly string[]][] = [
  ["rules/other.ts", ["./one"]],
  ["rules/credspec/contents.ts", ["node:util", "node:crypto", "../object"]],
  ["rules/object.ts", []],
  ["rules/admission/review.ts", ["../pod/pod", "../object"]],
  ["capabilities/opt-in.ts", ["pepr", "../rules/object", "../kube/pager"]],
  ["kube/pager.ts", ["@kubernetes/client-node", "../rules/object"]],
  ["cli/commands/lint/lint.ts", ["../../terminal/columns", "./rules"]],
  ["cli/commands/lint/rules.ts", ["../../../kube/pager"]],
  ["tools/bench/bench.ts", ["../build/build", "../../testbed/bed/local-bed"]],
  ["testbed/bed/local-bed.ts", ["./bed"]],
  ["test/fixture.ts", ["../cli/commands/lint/lint", "pepr"]],
  ["pepr.ts", ["./webhook/server", "./certificates/plan"]],
];

interface Cruise {
  summary: { violations: { rule: { name: string }; from: string; to: string }[] };
}

let house: string;
let violations: Cruise["summary"]["violations"];

beforeAll(async () => {
  house = mkdtempSync(join(tmpdir(), "gmsa-house-"));
  for (const name of PACKAGES) {
    const folder = join(house, "node_modules", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, main: "index.js" }));
    writeFileSync(join(folder, "index.js"), "");
  }
  const files = new Map<string, readonly string[]>(ALLOWED);
  for (const [, file, imported] of VIOLATIONS) files.set(file, [imported]);
  for (const [file, imports] of files) {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    const lines = imports.map((name, index) => `import * as i${index} from "${name}";`);
    writeFileSync(join(house, file), [...lines, "export const x = 1;", ""].join("\n"));
  }
  const { stdout } = await run(
    process.execPath,
    [CRUISER, "--config", join(ROOT, ".dependency-cruiser.mjs"), "-T", "json", ...LINTED],
    { cwd: house, maxBuffer: 16 * 1024 * 1024 },
  ).catch((error: unknown) => error as { stdout: string });
  ({ violations } = (JSON.parse(stdout) as Cruise).summary);
}, 60_000);

afterAll(() => {
  rmSync(house, { recursive: true, force: true });
});

test.each(VIOLATIONS)("%s: %s may not import %s", (rule, file) => {
  const folder = dirname(file);
  const seen = violations.filter(({ from }) => from === file || from === folder);
  expect(seen.map(({ rule: { name } }) => name)).toContain(rule);
});

test("every rule of the configuration is broken here", async () => {
  const config = (await import(join(ROOT, ".dependency-cruiser.mjs"))) as {
    default: { forbidden: { name: string }[] };
  };
  const untried = config.default.forbidden
    .map(({ name }) => name)
    .filter(name => !VIOLATIONS.some(([rule]) => rule === name));
  expect(untried).toEqual([]);
});

test("the linter looks at every folder that holds TypeScript", () => {
  const folders = readdirSync(ROOT, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !/^(\..*|node_modules|dist|coverage)$/.test(entry.name))
    .map(({ name }) => name)
    .filter(name =>
      readdirSync(join(ROOT, name), { recursive: true }).some(file => String(file).endsWith(".ts")),
    );
  expect([...LINTED].sort()).toEqual([...folders, "pepr.ts"].sort());
});

test("allowed imports are not reported", () => {
  const wrong = violations.filter(
    ({ from, rule }) =>
      ALLOWED.some(([file]) => file === from) && !rule.name.startsWith("1-no-cycle"),
  );
  expect(wrong).toEqual([]);
});

/**
 * File names that occur more than once, and the topic of all of them: no file on another topic may
 * use them.
 */
const TWINS: Record<string, string> = {
  "account-rights.ts": "the rights of the installation's accounts: read, and judged",
  "alpha-annotations.ts": "the annotations of the first releases: found, and judged",
  "canary.ts": "the canary's Pods: tried, and judged",
  "custom-kinds.ts": "custom resources with a Pod template: of a cluster, and of one CRD",
  "field-names.ts": "keys near a field's name: found, and judged",
  "next-pods.ts": "the next Pods of the installation: tried, and judged",
  "rbac-objects.ts": "roles and bindings: read from a cluster, and chosen among objects",
  "settings.ts": "what a program reads of its environment",
  "version.ts": "the versions of gmsa and of the installation: printed, and judged",
  "warned-kinds.ts": "the kinds of the component custom-kinds: in the webhook, and in its YAML",
};

test("two files have the same name only if they are about the same thing", () => {
  const files = LINTED.flatMap(path =>
    path.endsWith(".ts")
      ? [path]
      : readdirSync(join(ROOT, path), { recursive: true }).map(file => join(path, String(file))),
  ).filter(file => /(?<!\.d)\.ts$/.test(file) && !/^test\/|node_modules/.test(file));
  const names = files.map(file => basename(file));
  const several = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  expect(several.sort()).toEqual(Object.keys(TWINS).sort());
});
