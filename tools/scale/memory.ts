/** Resident memory of processes, from /proc. */
import { readFileSync } from "node:fs";

/** Bytes that a process has in memory now; NaN if it is not there, or the system does not say. */
export function residentBytes(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid ?? "none"}/status`, "utf8");
    return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  } catch {
    return Number.NaN;
  }
}
