import { join } from "node:path";
import { tailOf } from "../process/child";
import { containerdSocket } from "./containerd";
import { execIn, type Exec, type ExecResult } from "./linux-namespaces";
import { NODE_NAME, type NodeProgram } from "./node-config";
import type { NodePrograms } from "./prerequisites";

/** A way into a node that this or another process has started. */
export interface NodeAccess {
  /** As in `kubectl get nodes`. */
  readonly name: string;
  /** Holds its state, keys and logs, until it is stopped. */
  readonly dir: string;
  /** The id, outside, of process 1 of the namespaces. */
  readonly pid: number;
  /** Runs a command in the node's namespaces; throws with its stderr unless it exits with 0. */
  readonly exec: Exec;
  /** containerd's client, in the namespace of the Pods' containers. */
  readonly ctr: (args: readonly string[]) => Promise<ExecResult>;
  /** What one of the node's programs has written; the last `lines` lines, or all. */
  readonly logs: (program: NodeProgram, lines?: number) => string;
}

/** Where a node is. */
export type NodeLocation = Pick<NodeAccess, "dir" | "pid">;

/** A way into a node, given where it is. */
export function accessNode(programs: NodePrograms, { dir, pid }: NodeLocation): NodeAccess {
  const exec = execIn(programs, pid);
  const ctr = [programs.system.ctr, `--address=${containerdSocket(dir)}`, "--namespace=k8s.io"];
  return {
    name: NODE_NAME,
    dir,
    pid,
    exec,
    ctr: args => exec([...ctr, ...args]),
    logs: (program, lines = Number.POSITIVE_INFINITY) => tailOf(join(dir, `${program}.log`), lines),
  };
}
