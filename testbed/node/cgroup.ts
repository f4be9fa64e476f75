import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { sleep } from "../process/log";
import { forgetCgroup, watchCgroup } from "../process/watchdog";

/** A cgroup in every hierarchy, which contains the node's Pods. */
export interface Cgroup {
  /** Such as "/gmsa-node-x7Yq2s". */
  readonly path: string;
  /** Removes it and all cgroups below it when its last process has ended. Idempotent. */
  remove(): Promise<void>;
}

const root = "/sys/fs/cgroup";
const removeTimeoutMs = 10_000;

function isUnified(): boolean {
  return existsSync(join(root, "cgroup.controllers"));
}

/**
 * The root folder of each hierarchy: one in version 2, one per controller in version 1. Next to
 * those there can be one of version 2 without controllers, in which runc also creates cgroups.
 */
function hierarchies(): string[] {
  if (isUnified()) return [root];
  return readdirSync(root, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => join(root, entry.name));
}

/** The controllers that a kubelet requires. */
const controllersOfPods = ["cpu", "cpuset", "memory", "pids"];

/**
 * In version 2 a cgroup has the controllers that its parent delegates.
 * @throws if that is not possible, for example because the cgroup itself has processes
 */
function handDown(folder: string): void {
  const text = readFileSync(join(folder, "cgroup.controllers"), "utf8");
  const controllers = text.split(/\s+/).filter(name => name !== "");
  const lacking = controllersOfPods.filter(name => !controllers.includes(name));
  if (lacking.length > 0) throw new Error(`${folder} has no ${lacking.join(", ")}`);
  const wanted = controllers.map(name => `+${name}`).join(" ");
  writeFileSync(join(folder, "cgroup.subtree_control"), wanted);
}

/** In version 1 a new cpuset is empty and does not accept processes. */
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

async function removeFolder(folder: string): Promise<void> {
  const end = Date.now() + removeTimeoutMs;
  while (!tryRemove(folder)) {
    if (Date.now() > end) throw new Error(`the cgroup ${folder} is still in use`);
    await sleep(50);
  }
  forgetCgroup(folder);
}

/**
 * Creates the cgroup, which is removed when this process ends at the latest.
 * @throws if one with this name exists, or if it cannot be created; nothing is left behind
 */
export function makeCgroup(name: string): Cgroup {
  const made: string[] = [];
  const remove = async (): Promise<void> => {
    await Promise.all(made.map(removeFolder));
  };
  try {
    if (isUnified()) handDown(root);
    for (const hierarchy of hierarchies()) {
      const folder = join(hierarchy, name);
      watchCgroup(folder);
      mkdirSync(folder);
      made.push(folder);
      if (isUnified()) handDown(folder);
      else fillCpuset(hierarchy, folder);
    }
  } catch (error) {
    for (const folder of made) tryRemove(folder);
    for (const hierarchy of hierarchies()) forgetCgroup(join(hierarchy, name));
    throw error;
  }
  return { path: `/${name}`, remove };
}
