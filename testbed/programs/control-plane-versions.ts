/**
 * The control plane of another Kubernetes than the one that control-plane/go.mod names, for
 * `npm test -- --kubernetes 1.30`: a module that requires that version is written into the cache. It has the
 * versions of everything that Kubernetes itself was released with.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { MissingPrerequisite } from "../process/log";
import { cacheRoot } from "./cache";

const run = promisify(execFile);

/** Names the version for everything that a test run starts, such as "v1.30.14". */
export const KUBERNETES_VERSION = "GMSA_KUBERNETES";

const KUBERNETES = "k8s.io/kubernetes";
/** Match conditions and ValidatingAdmissionPolicy are stable since then. */
const OLDEST_MINOR = 30;

/**
 * The newest release that is meant.
 *
 * @param wanted a minor version such as "1.30", "newest", or "newest-1" for the minor before that
 * @param released all versions, such as "v1.30.14" and "v1.31.0-rc.1"
 * @throws MissingPrerequisite if there is none, or it is too old
 */
export function releaseOf(wanted: string, released: readonly string[]): string {
  const newest = new Map<number, number>();
  for (const version of released) {
    const [, minor, patch] = /^v1\.(\d+)\.(\d+)$/.exec(version) ?? [];
    if (minor === undefined) continue;
    newest.set(Number(minor), Math.max(newest.get(Number(minor)) ?? 0, Number(patch)));
  }
  const minors = [...newest.keys()].filter(minor => minor >= OLDEST_MINOR).sort((a, b) => b - a);
  const minor = minorOf(wanted, minors);
  const patch = minor === undefined ? undefined : newest.get(minor);
  if (minor === undefined || patch === undefined || minor < OLDEST_MINOR) {
    const oldest = `1.${OLDEST_MINOR}`;
    throw new MissingPrerequisite(
      `--kubernetes takes ${oldest} to 1.${minors[0] ?? OLDEST_MINOR}, newest or newest-1, not ${wanted}`,
    );
  }
  return `v1.${minor}.${patch}`;
}

function minorOf(wanted: string, minors: readonly number[]): number | undefined {
  const [, back] = /^newest(?:-(\d))?$/.exec(wanted) ?? [];
  if (wanted.startsWith("newest")) return minors[Number(back ?? 0)];
  const [, minor] = /^v?1\.(\d+)$/.exec(wanted) ?? [];
  return minor === undefined ? undefined : Number(minor);
}

/** The same, of the versions that the Go proxy has. */
export async function findRelease(wanted: string): Promise<string> {
  const { stdout } = await run("go", ["list", "-m", "-versions", KUBERNETES], {
    // In no module: one would want to know what it requires.
    cwd: tmpdir(),
    env: { ...process.env, GOWORK: "off", GOFLAGS: "-mod=mod" },
  }).catch((error: unknown) => {
    throw new MissingPrerequisite(
      `Go is needed, and its proxy, to find Kubernetes ${wanted}: ${(error as Error).message}`,
    );
  });
  return releaseOf(wanted, stdout.trim().split(/\s+/));
}

/** Writes the module, if it is not there. @returns its folder. */
export async function versionModule(version: string): Promise<string> {
  const folder = join(cacheRoot(), "control-plane-modules", version);
  if (existsSync(join(folder, "go.sum"))) return folder;
  mkdirSync(folder, { recursive: true });
  const cwd = tmpdir();
  const { stdout } = await run("go", ["mod", "download", "-json", `${KUBERNETES}@${version}`], {
    cwd,
  });
  const { GoMod } = JSON.parse(stdout) as { GoMod: string };
  writeFileSync(join(folder, "go.mod"), moduleFile(version, readFileSync(GoMod, "utf8")));
  // Checked against the checksum database by `go build`, which adds each hash that it needs.
  writeFileSync(join(folder, "go.sum"), "");
  return folder;
}

/** @param released go.mod of that Kubernetes */
export function moduleFile(version: string, released: string): string {
  const staging = [...released.matchAll(/^\s*(?:replace )?(k8s\.io\/[\w.-]+) => \.\/staging\//gm)];
  const stagingVersion = version.replace(/^v1\./, "v0.");
  return [
    "module controlplane",
    "",
    /^go .*$/m.exec(released)?.[0] ?? "",
    // What the programs were released with decides how they behave.
    ...(/^godebug .*$/m.exec(released) ?? []),
    "",
    `require ${KUBERNETES} ${version}`,
    "",
    "replace (",
    ...staging.map(([, name = ""]) => `\t${name} => ${name} ${stagingVersion}`),
    ")",
    "",
  ].join("\n");
}
