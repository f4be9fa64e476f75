/** CPU time by process, from /proc. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** What the CPU is spent on. */
export const CONSUMERS = ["etcd", "kube-apiserver", "controller", "load generator"] as const;
export type Consumer = (typeof CONSUMERS)[number];

/** Milliseconds of CPU; "machine" is all that was not idle, whoever it was. */
export type CpuTimes = Record<Consumer | "machine", number>;

/** One process: its own time, and that of its children that have ended. */
interface ProcessTimes {
  pid: number;
  parent: number;
  name: string;
  own: number;
  ended: number;
}

/** Linux counts in hundredths of a second towards programs, whatever the kernel's own clock. */
const MS_PER_TICK = 10;

/** Whether this system tells the CPU time of other processes in files. */
export function hasProcessTimes(): boolean {
  return existsSync("/proc/self/stat");
}

/** The fields after the program's name, which stands in parentheses and may hold anything. */
function parseStat(pid: number, stat: string): ProcessTimes {
  const nameEnd = stat.lastIndexOf(")");
  const fields = stat.slice(nameEnd + 2).split(" ");
  // proc_pid_stat(5) counts from 1, and the third field is the first one here.
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
        // It ended between the two looks.
        return [];
      }
    });
}

/** The time of a process and of all its descendants. */
function treeTime(root: ProcessTimes, processes: readonly ProcessTimes[]): number {
  return processes
    .filter(({ parent }) => parent === root.pid)
    .reduce((sum, child) => sum + treeTime(child, processes), root.own + root.ended);
}

/** The first line is the sum over all cores; the fields are described in proc_stat(5). */
function machineTime(): number {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
    .replace(/^cpu +/, "")
    .split(" ")
    .map(Number);
  const busy = [user, nice, system, irq, softirq, steal];
  return busy.reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) * MS_PER_TICK;
}

/**
 * The CPU time spent so far.
 *
 * @param controllers process ids of the replicas; the module runs as a child of each.
 * @param generator process id of a load generator that still runs; without one, it is whatever
 *   this process has started and has ended.
 * @returns undefined where the system does not say.
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

/** Process ids of the children of this process that run this program. */
export function childrenNamed(program: string): number[] {
  return allProcesses()
    .filter(({ parent, name }) => parent === process.pid && name === program)
    .map(({ pid }) => pid);
}

/** The time spent between two looks. */
export function elapsedCpu(before: CpuTimes, after: CpuTimes): CpuTimes {
  return mapTimes(name => after[name] - before[name]);
}

/** The sum of several spans. */
export function totalCpu(times: readonly CpuTimes[]): CpuTimes {
  return mapTimes(name => times.reduce((sum, time) => sum + time[name], 0));
}

/** Calculates anew what each time is. */
export function mapTimes(value: (name: keyof CpuTimes) => number): CpuTimes {
  const names = [...CONSUMERS, "machine"] as const;
  return Object.fromEntries(names.map(name => [name, value(name)])) as CpuTimes;
}
