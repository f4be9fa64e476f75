/** CPU time by process, from /proc. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Processes whose CPU time is measured. */
export const CONSUMERS = ["etcd", "kube-apiserver", "controller", "load generator"] as const;
export type Consumer = (typeof CONSUMERS)[number];

/** Milliseconds of CPU; "machine" is all time that was not idle, of any process. */
export type CpuTimes = Record<Consumer | "machine", number>;

/** CPU times of one process and of its children that have ended. */
interface ProcessTimes {
  pid: number;
  parent: number;
  name: string;
  own: number;
  ended: number;
}

/**
 * Linux reports times in hundredths of a second to programs, whatever the kernel's own clock rate.
 */
const MS_PER_TICK = 10;

/** Whether this system has /proc files with the CPU time of other processes. */
export function hasProcessTimes(): boolean {
  return existsSync("/proc/self/stat");
}

/**
 * Parses the fields after the program name, which is in parentheses and may contain any character.
 */
function parseStat(pid: number, stat: string): ProcessTimes {
  const nameEnd = stat.lastIndexOf(")");
  const fields = stat.slice(nameEnd + 2).split(" ");
  // proc_pid_stat(5) counts from 1, and the first field here is its third.
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid,
    parent: field(4),
    name: stat.slice(stat.indexOf("(") + 1, nameEnd),
    own: (field(14) + field(15)) * MS_PER_TICK,
    ended: (field(16) + field(17)) * MS_PER_TICK,
  };
}

function allProcesses(): ProcessTimes[] {
  return readdirSync("/proc")
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        return parseStat(Number(name), readFileSync(`/proc/${name}/stat`, "utf8"));
      } catch {
        // The process ended after the folder was listed.
        return [];
      }
    });
}

/** CPU time of a process and all its descendants. */
function treeTime(root: ProcessTimes, processes: readonly ProcessTimes[]): number {
  return processes
    .filter(({ parent }) => parent === root.pid)
    .reduce((sum, child) => sum + treeTime(child, processes), root.own + root.ended);
}

/** The first line is the sum over all cores; proc_stat(5) describes the fields. */
function machineTime(): number {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
    .replace(/^cpu +/, "")
    .split(" ")
    .map(Number);
  const busy = [user, nice, system, irq, softirq, steal];
  return busy.reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) * MS_PER_TICK;
}

/**
 * Reads the CPU time spent so far.
 *
 * @param controllers process ids of the replicas; the module runs as a child of each.
 * @param generator process id of a running load generator; without one, the children of this
 *   process that have ended are counted as the generator.
 * @returns undefined if the system does not provide it.
 */
export function readCpuTimes(
  controllers: readonly number[],
  generator?: number,
): CpuTimes | undefined {
  if (!hasProcessTimes()) return undefined;
  const processes = allProcesses();
  const timeOf = (wanted: (candidate: ProcessTimes) => boolean): number =>
    processes.filter(wanted).reduce((sum, root) => sum + treeTime(root, processes), 0);
  // The control plane's programs are children of this process.
  const child = (wanted: string): number =>
    timeOf(({ parent, name }) => parent === process.pid && name === wanted);
  return {
    etcd: child("etcd"),
    "kube-apiserver": child("kube-apiserver"),
    controller: timeOf(({ pid }) => controllers.includes(pid)),
    "load generator":
      generator === undefined
        ? (processes.find(({ pid }) => pid === process.pid)?.ended ?? 0)
        : timeOf(({ pid }) => pid === generator),
    machine: machineTime(),
  };
}

/** Process ids of this process's children that run this program. */
export function childrenNamed(program: string): number[] {
  return allProcesses()
    .filter(({ parent, name }) => parent === process.pid && name === program)
    .map(({ pid }) => pid);
}

/** The CPU time spent between two readings. */
export function elapsedCpu(before: CpuTimes, after: CpuTimes): CpuTimes {
  return mapTimes(name => after[name] - before[name]);
}

/** The sum of several spans. */
export function totalCpu(times: readonly CpuTimes[]): CpuTimes {
  return mapTimes(name => times.reduce((sum, time) => sum + time[name], 0));
}

/** Builds CPU times by calling `value` for each key. */
export function mapTimes(value: (name: keyof CpuTimes) => number): CpuTimes {
  const names = [...CONSUMERS, "machine"] as const;
  return Object.fromEntries(names.map(name => [name, value(name)])) as CpuTimes;
}
