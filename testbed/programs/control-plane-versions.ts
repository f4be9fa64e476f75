/**
 * Builds the control plane of another Kubernetes version than the one in control-plane/go.mod, for
 * `npm test -- --kubernetes 1.30`. Writes a module that requires that version into the cache. It
 * has the dependency versions that Kubernetes itself was released with.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { MissingPrerequisite } from "../process/log";
import { cacheRoot } from "./cache";

const run = promisify(execFile);

/** Environment variable with the version for all programs of a test run, such as "v1.30.14". */
export const KUBERNETES_VERSION = "GMSA_KUBERNETES";

const KUBERNETES = "k8s.io/kubernetes";
/** Match conditions and ValidatingAdmissionPolicy are stable since 1.30. */
const OLDEST_MINOR = 30;

/**
 * Resolves a version to its newest release.
 *
 * @param wanted a minor version such as "1.30", "newest", or "newest-1" for the minor before that
 * @param released all versions, such as "v1.30.14" and "v1.31.0-rc.1"
 * @throws MissingPrerequisite if it does not exist or is too old
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

/** Resolves a version with the list of versions of the Go proxy. */
export async function findRelease(wanted: string): Promise<string> {
  const { stdout } = await run("go", ["list", "-m", "-versions", KUBERNETES], {
    // Outside any module: inside one, Go would resolve its requirements.
    cwd: tmpdir(),
    env: { ...process.env, GOWORK: "off", GOFLAGS: "-mod=mod" },
  }).catch((error: unknown) => {
    throw new MissingPrerequisite(
      `Go is needed, and its proxy, to find Kubernetes ${wanted}: ${(error as Error).message}`,
    );
  });
  return releaseOf(wanted, stdout.trim().split(/\s+/));
}

/** Writes the module unless it exists. @returns its folder. */
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
  // `go build` checks each hash against the checksum database and adds it.
  writeFileSync(join(folder, "go.sum"), "");
  return folder;
}

/** @param released go.mod of that Kubernetes version */
export function moduleFile(version: string, released: string): string {
  const staging = [...released.matchAll(/^\s*(?:replace )?(k8s\.io\/[\w.-]+) => \.\/staging\//gm)];
  const stagingVersion = version.replace(/^v1\./, "v0.");
  return [
    "module controlplane",
    "",
    /^go .*$/m.exec(released)?.[0] ?? "",
    // The release's godebug settings affect how the programs behave.
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
