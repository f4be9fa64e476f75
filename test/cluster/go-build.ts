import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { startChild } from "./child";
import { sleep, type Log } from "./log";
import { forgetDir, watchDir } from "./watchdog";

/** The programs that tools/control-plane builds, and the Go package of each. */
const packages = {
  etcd: "go.etcd.io/etcd/server/v3",
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
  "kube-proxy": "k8s.io/kubernetes/cmd/kube-proxy",
  "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
  kubectl: "k8s.io/kubernetes/cmd/kubectl",
  kubelet: "k8s.io/kubernetes/cmd/kubelet",
} as const;

/** A program of the control plane. */
export type Program = keyof typeof packages;

/** Where the module with go.mod and go.sum lies. */
export const moduleDir = resolve(__dirname, "../../tools/control-plane");

/**
 * The Kubernetes version that go.mod names, such as "v1.36.3".
 * @throws if go.mod names none
 */
export function moduleVersion(): string {
  const text = readFileSync(join(moduleDir, "go.mod"), "utf8");
  const version = /^\s*k8s\.io\/kubernetes (v\d+\.\d+\.\d+)/m.exec(text)?.[1];
  if (!version) throw new Error("tools/control-plane/go.mod requires no k8s.io/kubernetes");
  return version;
}

/** Without these the server says that it is v0.0.0, and clients take it for an ancient one. */
function linkerFlags(version: string): string {
  const [major, minor] = version.slice(1).split(".");
  const variable = "-X k8s.io/component-base/version";
  return `-s -w ${variable}.gitVersion=${version} ${variable}.gitMajor=${major ?? ""} ${variable}.gitMinor=${minor ?? ""}`;
}

function buildFlags(): string[] {
  return ["build", "-trimpath", "-ldflags", linkerFlags(moduleVersion())];
}

/** Where what takes long to make is kept: GMSA_CACHE, or `gmsa` in the user's cache folder. */
export function cacheRoot(): string {
  const { GMSA_CACHE, XDG_CACHE_HOME } = process.env;
  if (GMSA_CACHE) return resolve(GMSA_CACHE);
  return join(XDG_CACHE_HOME ? resolve(XDG_CACHE_HOME) : join(homedir(), ".cache"), "gmsa");
}

/** The cache folder of exactly these sources, flags and platform. */
function cacheDir(): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(moduleDir, file)));
  hash.update(JSON.stringify([process.platform, process.arch, buildFlags()]));
  return join(cacheRoot(), "control-plane", hash.digest("hex").slice(0, 16));
}

function lockedBy(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    return undefined;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function tryLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

/** A lock is stale when its owner is gone, or when the owner died before it wrote its id. */
function isStale(lock: string): boolean {
  const owner = lockedBy(lock);
  if (owner) return !alive(owner);
  const written = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - written > 10_000;
}

/** Two builds at once would only take twice as long: the second process waits for the first. */
async function withLock(lock: string, log: Log, work: () => Promise<void>): Promise<void> {
  let told = false;
  while (!tryLock(lock)) {
    if (isStale(lock)) rmSync(lock, { force: true });
    else if (!told) log("waiting for another process that builds the control plane");
    told = true;
    await sleep(500);
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

async function goBuild(output: string, programs: readonly Program[], log: Log): Promise<void> {
  const go = await startChild({
    name: "go build",
    command: "go",
    args: [...buildFlags(), "-o", `${output}/`, ...programs.map(name => packages[name])],
    cwd: moduleDir,
    env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off" },
    logFile: join(output, "build.log"),
  });
  const start = Date.now();
  const seconds = (): string => ((Date.now() - start) / 1000).toFixed(0);
  const progress = setInterval(() => {
    log(`still building (${seconds()} s)`);
  }, 30_000);
  const outcome = await go.exited;
  clearInterval(progress);
  if (outcome !== "exit code 0") {
    throw new Error(`go build of the control plane ended with ${outcome}:\n${go.tail()}`);
  }
  log(`built in ${seconds()} s`);
}

async function buildMissing(dir: string, programs: readonly Program[], log: Log): Promise<void> {
  const missing = programs.filter(name => !existsSync(join(dir, name)));
  if (missing.length === 0) return;
  log(`building ${missing.join(", ")} with Go, once: about 4 minutes on 2 cores`);
  const output = mkdtempSync(join(dir, "build-"));
  watchDir(output);
  try {
    await goBuild(output, missing, log);
    for (const name of missing) {
      // `go build` names a program after the last element of its package's path.
      const built = name === "etcd" ? "server" : name;
      renameSync(join(output, built), join(dir, name));
    }
  } finally {
    rmSync(output, { recursive: true, force: true });
    forgetDir(output);
  }
}

/**
 * Gives the folder that holds these programs under their names, built if they are not there yet.
 * Safe to call from several processes at once; nobody ever sees a half-written program.
 * @throws if the build fails, with the last lines of its output
 */
export async function builtPrograms(programs: readonly Program[], log: Log): Promise<string> {
  const dir = cacheDir();
  if (programs.every(name => existsSync(join(dir, name)))) return dir;
  mkdirSync(dir, { recursive: true });
  await withLock(join(dir, "lock"), log, () => buildMissing(dir, programs, log));
  return dir;
}

/** Whether all of these programs are in the cache already. */
export function areBuilt(programs: readonly Program[]): boolean {
  const dir = cacheDir();
  return programs.every(name => existsSync(join(dir, name)));
}
