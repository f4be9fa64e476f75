/** Finds what a node has left on this machine. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { basename, join } from "node:path";

/** Each list is empty when nothing is left. */
export interface Leftovers {
  /** Command lines. */
  processes: string[];
  interfaces: string[];
  /** Folders of cgroups. */
  cgroups: string[];
  mounts: string[];
  folders: string[];
}

/** Identifies a node. */
export interface NodeTraces {
  /** The node's folder, whose name is also that of its cgroup. */
  dir: string;
  /** The address of the machine's end of the link to the node. */
  hostAddress: string;
}

export const NOTHING: Leftovers = {
  processes: [],
  interfaces: [],
  cgroups: [],
  mounts: [],
  folders: [],
};

/** Finds all leftovers. */
export function leftoversOf({ dir, hostAddress }: NodeTraces): Leftovers {
  const name = basename(dir);
  const cgroups = readdirSync("/sys/fs/cgroup", { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => join("/sys/fs/cgroup", entry.name, name));
  return {
    processes: processesOf(name),
    interfaces: Object.entries(networkInterfaces())
      .filter(([, addresses]) => addresses?.some(({ address }) => address === hostAddress))
      .map(([found]) => found),
    cgroups: [...cgroups, join("/sys/fs/cgroup", name)].filter(folder => existsSync(folder)),
    mounts: read("/proc/self/mountinfo")
      .split("\n")
      .filter(line => line.includes(name)),
    folders: [dir].filter(folder => existsSync(folder)),
  };
}

/** Kubernetes' programs have the folder in their flags, and containers are in the node's cgroup. */
function processesOf(name: string): string[] {
  return readdirSync("/proc")
    .filter(pid => /^\d+$/.test(pid))
    .filter(pid => ["cmdline", "cgroup"].some(file => read(`/proc/${pid}/${file}`).includes(name)))
    .map(pid => read(`/proc/${pid}/cmdline`).replaceAll("\0", " "));
}

/** Empty if the process has ended in the meantime. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
