import { execFile } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startChild } from "../process/child";
import { type Log, MissingPrerequisite } from "../process/log";
import { forgetDir, watchDir } from "../process/watchdog";
import { packagesBuilt, packagesToBuild, progressText } from "./build-progress";
import { cacheRoot, withLock } from "./cache";

/**
 * A Go module of this repository: its go.mod names programs to build, and it may have programs of
 * its own.
 */
export interface GoModule<Program extends string> {
  /** Name of its folder in the cache, and in messages. */
  name: string;
  /** Folder of its go.mod and go.sum, and of its Go files if it has any. */
  dir: string;
  /** Its programs, and the Go package of each. */
  packages: Readonly<Record<Program, string>>;
  /** Linker flags, which are part of the cache key. */
  linkerFlags: string;
  /** Build tags, separated by commas. */
  tags?: string;
  /** The go.work with which it has packages in common; by default it has none. */
  workspace?: string;
  /** Value of -mod in builds. */
  mod?: "mod";
  /** Cache key instead of the hash of the sources, for a module whose sources a build changes. */
  key?: string;
  /** Duration of a build, for messages. */
  takes: string;
}

/** Options of a build. */
export interface BuildOptions {
  log: Log;
  /** Cancels the build. */
  signal?: AbortSignal;
}

const run = promisify(execFile);

const PROGRESS_MS = 15_000;

/** Go's version as [major, minor]; undefined without Go. */
export async function goVersion(): Promise<[number, number] | undefined> {
  try {
    // Outside the module, because Go might otherwise download the toolchain in go.mod.
    const { stdout } = await run("go", ["version"], { cwd: tmpdir() });
    const found = /go(\d+)\.(\d+)/.exec(stdout);
    return found ? [Number(found[1]), Number(found[2])] : undefined;
  } catch {
    return undefined;
  }
}

function buildFlags({ linkerFlags, tags, mod }: GoModule<string>): string[] {
  const tagFlags = tags === undefined ? [] : ["-tags", tags];
  const modFlags = mod === undefined ? [] : [`-mod=${mod}`];
  return ["-trimpath", "-ldflags", linkerFlags, ...tagFlags, ...modFlags];
}

/** The cache folder for exactly these sources, flags and platform. */
function cacheDir(module: GoModule<string>): string {
  const hash = createHash("sha256");
  if (module.key !== undefined) hash.update(module.key);
  else hashSources(hash, module);
  hash.update(JSON.stringify([process.platform, process.arch, ["build", ...buildFlags(module)]]));
  return join(cacheRoot(), module.name, hash.digest("hex").slice(0, 16));
}

function hashSources(hash: Hash, { dir, workspace }: GoModule<string>): void {
  const sources = readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter(file => file.endsWith(".go"))
    .sort();
  for (const file of ["go.mod", "go.sum", ...sources]) {
    hash.update(readFileSync(join(dir, file)));
  }
  if (workspace === undefined) return;
  for (const file of [workspace, `${workspace}.sum`]) hash.update(readFileSync(file));
}

/** `go build` names a program after the last element of its package path that is not a version. */
function builtName(goPackage: string): string {
  const elements = goPackage.split("/").filter(element => !/^v\d+$/.test(element));
  return elements.at(-1) ?? goPackage;
}

/** A build of some programs of one module into the cache. */
class Build<Program extends string> {
  constructor(
    private readonly module: GoModule<Program>,
    private readonly programs: readonly Program[],
    private readonly options: BuildOptions,
  ) {}

  /** Builds the programs that are not in `dir`, and moves each one there when it is complete. */
  async into(dir: string): Promise<void> {
    const { module, options } = this;
    const missing = this.programs.filter(name => !existsSync(join(dir, name)));
    if (missing.length === 0) return;
    options.log(`building ${missing.join(", ")} with Go, once: ${module.takes}`);
    const output = mkdtempSync(join(dir, "build-"));
    watchDir(output);
    try {
      await this.#goBuild(output, missing);
      for (const name of missing) {
        renameSync(join(output, builtName(module.packages[name])), join(dir, name));
      }
    } finally {
      rmSync(output, { recursive: true, force: true });
      forgetDir(output);
    }
  }

  async #goBuild(output: string, programs: readonly Program[]): Promise<void> {
    const { module, options } = this;
    const packages = programs.map(name => module.packages[name]);
    const env = { ...process.env, CGO_ENABLED: "0", GOWORK: module.workspace ?? "off" };
    const flags = buildFlags(module);
    const logFile = join(output, "build.log");
    const start = Date.now();
    // Counted in parallel with the build, so that the build does not wait.
    let total: number | undefined;
    void packagesToBuild(packages, { cwd: module.dir, flags, env }).then(count => {
      total = count;
    });
    const go = await startChild({
      ...{ name: "go build", command: "go", cwd: module.dir, env, logFile },
      args: ["build", "-v", ...flags, "-o", `${output}/`, ...packages],
    });
    const seconds = (): number => Math.round((Date.now() - start) / 1000);
    const progress = setInterval(() => {
      const done = progressText(packagesBuilt(logFile), total, seconds());
      options.log(`building: ${done} (${seconds()} s)`);
    }, PROGRESS_MS);
    const abort = (): void => {
      go.signal("SIGKILL");
    };
    options.signal?.addEventListener("abort", abort);
    const outcome = await go.exited;
    options.signal?.removeEventListener("abort", abort);
    clearInterval(progress);
    options.signal?.throwIfAborted();
    if (outcome !== "exit code 0") {
      throw new Error(`go build of ${module.name} ended with ${outcome}:\n${go.tail()}`);
    }
    options.log(`built in ${seconds()} s`);
  }
}

/**
 * Returns the folder with these programs, and builds them if they do not exist. Safe to call from
 * several processes at once: programs appear atomically.
 * @throws MissingPrerequisite if a build is necessary and Go is missing; Error if the build fails,
 * with the last lines of its output
 */
export async function builtPrograms<Program extends string>(
  module: GoModule<Program>,
  programs: readonly Program[],
  options: BuildOptions,
): Promise<string> {
  const dir = cacheDir(module);
  if (areBuilt(module, programs)) return dir;
  if (!(await goVersion())) {
    const needs = `${programs.join(", ")}: built with Go 1.26 or later`;
    throw new MissingPrerequisite(`${needs}, which is missing: https://go.dev/dl`);
  }
  mkdirSync(dir, { recursive: true });
  const build = new Build(module, programs, options);
  await withLock(join(dir, "lock"), options.log, () => build.into(dir));
  return dir;
}

/** Whether all of these programs are in the cache. */
export function areBuilt<Program extends string>(
  module: GoModule<Program>,
  programs: readonly Program[],
): boolean {
  const dir = cacheDir(module);
  return programs.every(name => existsSync(join(dir, name)));
}
