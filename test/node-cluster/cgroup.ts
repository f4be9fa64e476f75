import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { sleep } from "../cluster/log";
import { forgetCgroup, watchCgroup } from "../cluster/watchdog";

/** A cgroup below which the node's Pods are, in every hierarchy. */
export interface Cgroup {
  /** Such as "/gmsa-node-x7Yq2s". */
  readonly path: string;
  /** Removes it with all below it, once its last process is gone. Idempotent. */
  remove(): Promise<void>;
}

const root = "/sys/fs/cgroup";
const removeTimeoutMs = 10_000;

function isUnified(): boolean {
  return existsSync(join(root, "cgroup.controllers"));
}

/**
 * The root folder of each hierarchy: one in version 2, one for each controller in version 1. There
 * may be one of version 2 beside those, without controllers, in which runc makes cgroups as well.
 */
function hierarchies(): string[] {
  if (isUnified()) return [root];
  return readdirSync(root, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => join(root, entry.name));
}

/** In version 2 a cgroup has the controllers that its parent hands down. */
function handDown(folder: string): void {
  const controllers = readFileSync(join(folder, "cgroup.controllers"), "utf8").trim().split(" ");
  const wanted = controllers.filter(name => name !== "").map(name => `+${name}`);
  writeFileSync(join(folder, "cgroup.subtree_control"), wanted.join(" "));
}

/** In version 1 a new cpuset is empty, and takes no process. */
function fillCpuset(hierarchy: string, folder: string): void {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    if (existsSync(join(hierarchy, file))) {
      writeFileSync(join(folder, file), readFileSync(join(hierarchy, file)));
    }
  }
}

function tryRemove(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) tryRemove(join(folder, entry.name));
    }
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

async function remove(folder: string): Promise<void> {
  const end = Date.now() + removeTimeoutMs;
  while (!tryRemove(folder)) {
    if (Date.now() > end) throw new Error(`the cgroup ${folder} is still in use`);
    await sleep(50);
  }
  forgetCgroup(folder);
}

/**
 * Makes the cgroup; it is removed with this process at the latest.
 * @throws if there is one of this name
 */
export function makeCgroup(name: string): Cgroup {
  const roots = hierarchies();
  const folders = roots.map(hierarchy => join(hierarchy, name));
  if (isUnified()) handDown(root);
  for (const [index, folder] of folders.entries()) {
    watchCgroup(folder);
    mkdirSync(folder);
    if (isUnified()) handDown(folder);
    else fillCpuset(roots[index] ?? root, folder);
  }
  return {
    path: `/${name}`,
    remove: async () => {
      await Promise.all(folders.map(remove));
    },
  };
}
