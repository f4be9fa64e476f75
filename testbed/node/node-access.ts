import { join } from "node:path";
import { tailOf } from "../process/child";
import { containerdSocket } from "./containerd";
import { execIn, type Exec, type ExecResult } from "./linux-namespaces";
import { NODE_NAME, type NodeProgram } from "./node-config";
import type { NodePrograms } from "./prerequisites";

/** Access to a node that this or another process started. */
export interface NodeAccess {
  /** Name of the Node object. */
  readonly name: string;
  /** Holds its state, keys and logs until the node is stopped. */
  readonly dir: string;
  /** The outer process id of process 1 in the namespaces. */
  readonly pid: number;
  /** Runs a command in the node's namespaces; throws with its stderr unless it exits with 0. */
  readonly exec: Exec;
  /** Runs containerd's client in the namespace of the Pods' containers. */
  readonly ctr: (args: readonly string[]) => Promise<ExecResult>;
  /** The output of one of the node's programs: the last `lines` lines, or all. */
  readonly logs: (program: NodeProgram, lines?: number) => string;
}

/** The location of a node. */
export type NodeLocation = Pick<NodeAccess, "dir" | "pid">;

/** Access to the node at a location. */
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
