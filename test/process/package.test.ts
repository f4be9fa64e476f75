/** The command line tool as users install it: packed, and installed elsewhere. */
import * as wholeClient from "@kubernetes/client-node";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { bundledFiles } from "../../tools/build/bundle-cli";

const run = promisify(execFile);
const ROOT = resolve(__dirname, "../..");

/** The names of a class's methods. */
function methodsOf(client: Record<string, unknown>, name: string): string[] {
  const { prototype } = client[name] as { prototype: object };
  return Object.getOwnPropertyNames(prototype).filter(method => method !== "constructor");
}

describe("the package", () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gmsa-package-"));
    // The scripts that --ignore-scripts skips have already run: the tests use a fresh build.
    await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: ROOT });
    const [packed = ""] = readdirSync(folder);
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(folder, packed)], {
      cwd: folder,
    });
  }, 120_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function installed(program: string, ...args: string[]): Promise<string> {
    const path = join(folder, "node_modules/.bin", program);
    const { stdout } = await run(path, args, { cwd: folder });
    return stdout;
  }

  test("has no dependencies", () => {
    const packages = readdirSync(join(folder, "node_modules")).filter(
      name => !name.startsWith("."),
    );
    expect(packages).toEqual(["gmsa"]);
    expect(readdirSync(join(folder, "node_modules/gmsa")).sort()).toEqual([
      ...["LICENSE", "README.md", "dist", "package.json"],
    ]);
    expect(readdirSync(join(folder, "node_modules/gmsa/dist"))).toEqual(["cli"]);
  });

  test("runs as gmsa and as a plugin of kubectl", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      version: string;
    };
    expect(await installed("gmsa", "--version")).toBe(`${version}\n`);
    expect(await installed("kubectl-gmsa", "--help")).toContain("Usage: kubectl gmsa ");
  });

  test("loads the client of the API server only for commands that need a cluster", async () => {
    const parts = join(folder, "node_modules/gmsa/dist/cli");
    const client = join(parts, "client-node.cjs");
    renameSync(client, `${client}.away`);
    try {
      const credspec = join(ROOT, "examples/credspec.yaml");
      expect(await installed("gmsa", "--help")).toContain("Usage: gmsa ");
      expect(await installed("gmsa", "lint", credspec, "-o", "json")).toContain('"findings": []');
      expect(await installed("gmsa", "convert", "--to", "json", credspec)).toContain("contoso.com");
      await expect(installed("gmsa", "status")).rejects.toThrow("client-node.cjs");
    } finally {
      renameSync(`${client}.away`, client);
    }
  });

  test("has of the client of the API server the methods that it calls", async () => {
    const file = join(folder, "node_modules/gmsa/dist/cli/client-node.cjs");
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a CommonJS file that is built
    const part = require(file) as Record<string, unknown>;
    const apis = Object.keys(part).filter(name => name.endsWith("Api"));
    const sources = (await bundledFiles()).filter(
      path => path.endsWith(".ts") && !path.includes(":"),
    );
    const text = sources.map(path => readFileSync(join(ROOT, path), "utf8")).join("\n");
    const calls = new Set([...text.matchAll(/\.(\w+)\(/g)].map(([, name]) => name));
    for (const api of apis) {
      const whole = methodsOf(wholeClient, api);
      const called = whole.filter(method => calls.has(method));
      expect({ api, called }).not.toEqual({ api, called: [] });
      expect(methodsOf(part, api)).toEqual(expect.arrayContaining(called));
    }
    expect(apis).toContain("CoreV1Api");
    // Every start of a command compiles all methods of the file.
    const all = methodsOf(wholeClient, "CoreV1Api");
    expect(methodsOf(part, "CoreV1Api").length).toBeLessThan(all.length / 10);
  });

  test("loads the parser with line numbers only to print one", async () => {
    const parser = join(folder, "node_modules/gmsa/dist/cli/yaml.cjs");
    const files = ["credspec", "rbac", "deployment-pod-level"].flatMap(name => [
      ...["-f", join(ROOT, "examples", `${name}.yaml`)],
    ]);
    renameSync(parser, `${parser}.away`);
    try {
      expect(await installed("gmsa", "lint", ...files)).toBe("");
      expect(await installed("gmsa", "test", ...files)).toContain("1 admitted");
      await expect(installed("gmsa", "test", ...files, "-o", "json")).rejects.toThrow("yaml.cjs");
    } finally {
      renameSync(`${parser}.away`, parser);
    }
  });

  test("has all that its commands load when they run", async () => {
    const credspec = join(ROOT, "examples/credspec.yaml");
    const json = await installed("gmsa", "convert", "--to", "json", credspec);
    expect(JSON.parse(json)).toHaveProperty("DomainJoinConfig.DnsName", "contoso.com");
    expect(await installed("gmsa", "explain", "rbac")).toMatch(/^# Grant access\n/);
  });
});
