/** The command line tool as users install it: packed, and installed elsewhere. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = resolve(__dirname, "../..");

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

  test("brings nothing but itself", () => {
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
