/** Creates a release twice from one build, and uses its files as users do. */
import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, parseAllDocuments } from "yaml";

import { version } from "../../package.json";
import { components } from "../../testbed/manifests/overlay";
import { findKrew, type KrewPrograms } from "../../testbed/programs/krew-programs";
import { packExecutable } from "../../tools/release/executable";
import { makeRelease } from "../../tools/release/make-release";
import { describeWithGo } from "../setup/with-go";

const run = promisify(execFile);
const ROOT = join(__dirname, "../..");
const TIME = new Date("2026-01-02T03:04:05Z");
const DIGEST = `sha256:${"0".repeat(63)}1`;
const hasGroff = spawnSync("groff", ["--version"]).status === 0;

let folder: string;
let release: string;
let executable: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gmsa-release-"));
  release = join(folder, "release");
  executable = await packExecutable(folder, { version, time: TIME });
  await makeInto(release);
}, 600_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function makeInto(target: string): Promise<void> {
  return makeRelease({
    ...{ folder: target, version, time: TIME, repository: "somebody/gmsa" },
    imageDigest: DIGEST,
    executables: [executable],
  });
}

function read(name: string): string {
  return readFileSync(join(release, name), "utf8");
}

/** Unpacks an archive of the release. @returns the folder. */
async function unpacked(archive: string): Promise<string> {
  const target = join(folder, `unpacked-${archive}`);
  mkdirSync(target);
  await run("tar", ["-xzf", join(release, archive), "-C", target]);
  return target;
}

test("is byte for byte the same when it is built again, whatever the umask", async () => {
  const again = join(folder, "again");
  const before = process.umask(0o077);
  try {
    await makeInto(again);
  } finally {
    process.umask(before);
  }
  expect(readFileSync(join(again, "SHA256SUMS"), "utf8")).toBe(read("SHA256SUMS"));
  const { stdout } = await run("sha256sum", ["--check", "SHA256SUMS"], { cwd: again });
  const checked = stdout.trimEnd().split("\n");
  expect(checked.map(line => line.replace(/: OK$/, ""))).toEqual(
    readdirSync(again)
      .filter(name => name !== "SHA256SUMS")
      .sort(),
  );
}, 600_000);

test("has the files that README.md installs", () => {
  const [, commands = ""] =
    /## Install\n\n```console\n([^`]*)```/.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ??
    [];
  const named = [...commands.matchAll(/[\w.-]+\.(?:yaml|tgz)/g)].map(([name]) => name);
  expect(named).toHaveLength(3);
  expect(readdirSync(release)).toEqual(expect.arrayContaining(named));
});

test("has the installation alone and with each component, its image by digest", () => {
  const files = ["gmsa.yaml", ...components.map(name => `gmsa-with-${name}.yaml`)];
  expect(readdirSync(release)).toEqual(expect.arrayContaining(files));
  const images = files.flatMap(name => [...read(name).matchAll(/^\s*(?:- )?image: (\S+)$/gm)]);
  expect(images.length).toBeGreaterThan(files.length);
  expect(new Set(images.map(([, image]) => `${image ?? ""}\n`))).toEqual(
    new Set([read("image.txt")]),
  );
  expect(read("image.txt")).toMatch(new RegExp(`:v[0-9.]+@${DIGEST}\n$`));
  const kinds = parseAllDocuments(read("uninstall.yaml")).map(document => document.get("kind"));
  expect(kinds.slice(0, 2)).toEqual([
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
  ]);
});

test("has a Zarf package of its own YAML and chart, its image by digest", () => {
  const { components: parts } = parse(read("zarf.yaml")) as {
    components: { images: string[]; manifests?: unknown; charts?: unknown }[];
  };
  const namespace = "pepr-system";
  expect(parts).toMatchObject([
    { manifests: [{ name: "gmsa", namespace, files: ["gmsa.yaml"] }] },
    { charts: [{ name: "gmsa", namespace, version, localPath: `gmsa-chart-${version}.tgz` }] },
  ]);
  for (const { images } of parts) expect(images).toEqual([read("image.txt").trim()]);
});

test("has one version, that of package.json", async () => {
  const labels = [...read("gmsa.yaml").matchAll(/app\.kubernetes\.io\/version: (\S+)/g)];
  expect(labels.length).toBeGreaterThan(20);
  expect(new Set(labels.map(([, label]) => label))).toEqual(new Set([version]));
  const chart = await unpacked(`gmsa-chart-${version}.tgz`);
  expect(parse(readFileSync(join(chart, "gmsa/Chart.yaml"), "utf8"))).toMatchObject({
    ...{ name: "gmsa", version, appVersion: version },
  });
  const values = parse(readFileSync(join(chart, "gmsa/values.yaml"), "utf8")) as object;
  expect(values).toHaveProperty("image.digest", DIGEST);
});

test("has an npm package without dependencies", async () => {
  const home = join(folder, "npm");
  mkdirSync(home);
  const packed = join(release, `gmsa-npm-${version}.tgz`);
  const args = ["install", "--offline", "--no-audit", "--no-fund", packed];
  await run("npm", args, { cwd: home });
  const installed = readdirSync(join(home, "node_modules")).filter(name => !name.startsWith("."));
  expect(installed).toEqual(["gmsa"]);
  const described = JSON.parse(
    readFileSync(join(home, "node_modules/gmsa/package.json"), "utf8"),
  ) as Record<string, unknown>;
  expect(Object.keys(described).sort()).toEqual([
    ...["bin", "description", "engines", "keywords", "license", "name", "repository", "type"],
    "version",
  ]);
  const { stdout } = await run(join(home, "node_modules/.bin/gmsa"), ["version", "--client"]);
  expect(stdout).toContain(`gmsa   ${version}, for Pepr `);
}, 120_000);

describe("the executable", () => {
  let program: string;

  beforeAll(async () => {
    const [archive = ""] = readdirSync(release).filter(name => name.endsWith(".tar.gz"));
    program = join(await unpacked(archive), "gmsa");
    chmodSync(program, 0o755);
  });

  /** Runs the executable without Node.js in PATH. */
  async function printed(...args: string[]): Promise<string> {
    const { stdout } = await run(program, args, { cwd: ROOT, env: { PATH: "/nowhere" } });
    return stdout;
  }

  test("has this version, and runs without a warning of Node.js", async () => {
    const { stdout, stderr } = await run(program, ["--version"]);
    expect({ stdout, stderr }).toEqual({ stdout: `${version}\n`, stderr: "" });
    expect(await printed("version", "--client")).toContain(version);
  });

  test("checks and converts files", async () => {
    const lint = await printed("lint", "examples/credspec.yaml", "-o", "json");
    expect(JSON.parse(lint)).toHaveProperty("findings", []);
    const json = await printed("convert", "--to", "json", "examples/credspec.yaml");
    expect(JSON.parse(json)).toHaveProperty("DomainJoinConfig.DnsName", "contoso.com");
  });

  test("contains the pages and the completion scripts", async () => {
    expect(await printed("explain", "rbac")).toBe(
      readFileSync(join(ROOT, "docs/how-to/rbac.md"), "utf8"),
    );
    expect(await printed("completion", "bash")).toBe(read("gmsa.bash"));
  });
});

test("has a man page with the description of each command", async () => {
  const page = read("gmsa.1");
  const { stdout } = await run(process.execPath, [
    join(ROOT, "dist/cli/gmsa.cjs"),
    "complete",
    "--",
    "",
  ]);
  const commands = [...stdout.matchAll(/^([a-z-]+)\t/gm)].map(([, name]) => name ?? "");
  expect(commands.length).toBeGreaterThan(10);
  const described = commands.filter(name => name !== "help");
  expect(
    described.filter(name => !page.includes(`\n.SS "gmsa ${name.replace("-", "\\-")} `)),
  ).toEqual([]);
  expect(page).toContain('\n.B "\\-\\-output\\-dir <folder>"\n');
  // An unescaped dot would end the text or be read as a request.
  expect(page).not.toMatch(/^\.(?!TH|SH|SS|B |br$|TP$|PP$|nf$|fi$)/m);
});

(hasGroff ? describe : describe.skip)("groff", () => {
  test("finds no problem in the man page", async () => {
    const args = ["-man", "-Tutf8", "-ww", "-z", join(release, "gmsa.1")];
    const { stderr } = await run("groff", args);
    expect(stderr).toBe("");
  });
});

test("names the released archive for krew", () => {
  const sums = read("SHA256SUMS");
  const { spec } = parse(read("krew.yaml")) as {
    spec: { version: string; platforms: { uri: string; sha256: string; bin: string }[] };
  };
  const at = `https://github.com/somebody/gmsa/releases/download/v${version}/`;
  expect(spec.version).toBe(`v${version}`);
  expect(spec.platforms.length).toBe(1);
  for (const { uri, sha256 } of spec.platforms) {
    expect(sums).toContain(`${sha256}  ${uri.slice(at.length)}\n`);
  }
});

describeWithGo("krew", () => {
  let programs: KrewPrograms;
  let manifest: string;

  beforeAll(async () => {
    programs = await findKrew(console.error);
    // The validator reads the plug-in's name from the file's.
    manifest = join(folder, "gmsa.yaml");
    copyFileSync(join(release, "krew.yaml"), manifest);
  }, 300_000);

  test("accepts the manifest for its index", async () => {
    const args = ["-manifest", manifest, "-skip-install"];
    const { stderr } = await run(programs.validator, args);
    expect(stderr).toContain("structural validation OK");
    writeFileSync(manifest, read("krew.yaml").replace("shortDescription:", "short:"));
    await expect(run(programs.validator, args)).rejects.toThrow("short description");
  });

  test("installs the archive, and kubectl finds the plug-in", async () => {
    const home = join(folder, "krew");
    const [archive = ""] = readdirSync(release).filter(name => name.endsWith(".tar.gz"));
    const args = ["--manifest", join(release, "krew.yaml"), "--archive", join(release, archive)];
    const env = { PATH: process.env.PATH, HOME: home, KREW_ROOT: home };
    const { stderr } = await run(programs.krew, ["install", ...args], { env });
    expect(stderr).toContain("Installed plugin: gmsa");
    const { stdout } = await run(join(home, "bin/kubectl-gmsa"), ["--version"]);
    expect(stdout).toBe(`${version}\n`);
  });
});

test("lists the packages whose code is shipped, and no other", () => {
  const bom = JSON.parse(read("sbom.cdx.json")) as {
    bomFormat: string;
    metadata: { timestamp: string };
    components: { name: string; version: string; hashes: unknown[]; licenses: unknown[] }[];
  };
  expect(bom).toMatchObject({
    bomFormat: "CycloneDX",
    metadata: { timestamp: TIME.toISOString() },
  });
  const names = bom.components.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(["@kubernetes/client-node", "commander", "node-forge", "yaml"]),
  );
  // Development packages are not listed. Pepr is in the image, which has a list of its own.
  expect(names.filter(name => ["esbuild", "jest", "pepr", "typescript"].includes(name))).toEqual(
    [],
  );
  for (const { hashes, licenses } of bom.components) {
    expect([hashes.length, licenses.length]).toEqual([1, 1]);
  }
});
