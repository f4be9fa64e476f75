/**
 * The module as Pepr bundles it: which packages it takes from Pepr's controller image, and its
 * build mode.
 */
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { contract } from "../../../support/pepr-contract";

const ROOT = resolve(__dirname, "../../../..");
const VERSIONS = "versions";

type Versions = Record<string, string | undefined>;

interface Package {
  version: string;
  dependencies?: Versions;
  devDependencies?: Versions;
  peerDependencies?: Versions;
}

/** The fields of a module's message in build mode that are read here. */
interface Capability {
  name: string;
  bindings: { kind: { kind: string } }[];
}

const own = packageAt("package.json");
const pepr = packageAt("node_modules/pepr/package.json");
const { packages: locked } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
  packages: Record<string, Package | undefined>;
};
// The client brings packages that Pepr does not depend on itself.
const client = packageAt("node_modules/kubernetes-fluent-client/package.json");
const inImage: Versions = { ...client.dependencies, ...pepr.dependencies, pepr: pepr.version };

let folder: string;
let program: string;
/** Packages that the bundle requires at run time. */
let required: string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gmsa-module-"));
  program = join(folder, "module.js");
  const metafile = join(folder, "meta.json");
  execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [
    ...[join(ROOT, "pepr.ts"), "--bundle", "--platform=node", "--log-level=warning"],
    ...[`--outfile=${program}`, `--metafile=${metafile}`],
    ...externals().map(name => `--external:${name}`),
  ]);
  const { outputs } = JSON.parse(readFileSync(metafile, "utf8")) as {
    outputs: Record<string, { imports: { path: string; external?: boolean }[] }>;
  };
  const imports = Object.values(outputs).flatMap(output => output.imports);
  const names = imports.map(({ path }) => path).filter(path => externals().includes(path));
  // Not required by the bundle itself, but the redaction of Pepr's log is tested with it.
  required = [...new Set([...names, "pino"])].sort();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function packageAt(path: string): Package {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8")) as Package;
}

/** Packages that Pepr's build excludes from a bundle: its own dependencies and some additional ones. */
function externals(): string[] {
  const build = readFileSync(join(ROOT, "node_modules/pepr/dist/cli.js"), "utf8");
  const added = [...build.matchAll(/^externalLibs\.push\("([^"]+)"\)/gm)];
  return [...Object.keys(pepr.dependencies ?? {}), ...added.map(([, name = ""]) => name)];
}

/** Why this project's tests may not match the cluster; undefined if the versions are equal. */
function mismatch(name: string, asked: Versions, installed: Versions): string | undefined {
  const runs = inImage[name] ?? "a version that nobody asks for";
  if (!/^\d/.test(runs)) {
    return `the image of pepr ${pepr.version} runs ${name} ${runs}: look into the image for which`;
  }
  const others = [asked[name], installed[name]].filter(version => version !== runs);
  return others.length === 0
    ? undefined
    : `the image of pepr ${pepr.version} runs ${name} ${runs}, and this project is tested with ` +
        `${others.join(" and ")}. Pin ${name} to ${runs} in package.json, and run \`npm install\`: ` +
        `see docs/contributing/pepr-upgrade.md#${VERSIONS}`;
}

const lockedVersions: Versions = Object.fromEntries(
  Object.entries(locked).map(([path, entry]) => [
    path.replace("node_modules/", ""),
    entry?.version,
  ]),
);

describe("choices that are left to the image", () => {
  contract("leaves its own dependencies and @kubernetes/client-node to the image", VERSIONS, () => {
    const build = readFileSync(join(ROOT, "node_modules/pepr/dist/cli.js"), "utf8");
    expect(build).toContain("externalLibs = Object.keys(dependencies)");
    expect(externals()).toEqual(expect.arrayContaining(["pepr", "@kubernetes/client-node"]));
    expect(required).toEqual(expect.arrayContaining(["@kubernetes/client-node", "pepr"]));
  });

  test("has the versions of package.json and of the lockfile", () => {
    const asked = own.devDependencies ?? {};
    expect(required.map(name => mismatch(name, asked, lockedVersions)).filter(Boolean)).toEqual([]);
  });

  test("a version that differs is an error with a remedy", () => {
    const other = { ...own.devDependencies, pepr: "^1.1.0" };
    expect(mismatch("pepr", other, lockedVersions)).toBe(
      `the image of pepr ${pepr.version} runs pepr ${pepr.version}, and this project is tested with ` +
        "^1.1.0. Pin pepr to " +
        `${pepr.version} in package.json, and run \`npm install\`: see docs/contributing/pepr-upgrade.md#versions`,
    );
  });

  test("Pepr's build dependencies have the versions that it asks for", () => {
    expect(own.devDependencies).toMatchObject(pepr.peerDependencies ?? {});
    expect(lockedVersions).toMatchObject(pepr.peerDependencies ?? {});
  });
});

describe("build mode", () => {
  contract(
    "has a module report its bindings when PEPR_MODE is build, and end",
    "the-build",
    async () => {
      const module = fork(program, {
        env: { PATH: process.env.PATH, NODE_PATH: join(ROOT, "node_modules"), PEPR_MODE: "build" },
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
      const messages: unknown[] = [];
      module.on("message", message => messages.push(message));
      expect(await once(module, "exit")).toEqual([0, null]);
      const [[{ name, bindings }]] = messages as [[Capability]];
      expect(name).toBe("gmsa");
      // Early warnings are bound when the module serves, and have webhooks of their own.
      expect(new Set(bindings.map(({ kind }) => kind.kind))).toEqual(new Set(["Pod"]));
    },
  );
});
