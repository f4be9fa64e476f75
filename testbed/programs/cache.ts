/** The cache of programs that take long to build, and its locks. */
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

import { sleep, type Log } from "../process/log";

/** Folder of the cache: GMSA_CACHE, or `gmsa` in the user's cache folder. */
export function cacheRoot(): string {
  const { GMSA_CACHE, XDG_CACHE_HOME } = process.env;
  if (GMSA_CACHE) return resolve(GMSA_CACHE);
  return join(XDG_CACHE_HOME ? resolve(XDG_CACHE_HOME) : join(homedir(), ".cache"), "gmsa");
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

/** A lock is stale if its owner has ended, or ended before it wrote its id. */
function isStale(lock: string): boolean {
  const owner = lockedBy(lock);
  if (owner) return !alive(owner);
  const written = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - written > 10_000;
}

/** The second process waits for the first: two builds at once would only take twice as long. */
export async function withLock<T>(lock: string, log: Log, work: () => Promise<T>): Promise<T> {
  let told = false;
  while (!tryLock(lock)) {
    if (isStale(lock)) rmSync(lock, { force: true });
    else if (!told) log("waiting for another process that does the same");
    told = true;
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}
