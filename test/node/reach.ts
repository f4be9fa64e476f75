/** Tests which connections can be opened from the network of a Pod, the node, or outside. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";

import type { ContainerOf, NodeBed } from "../../testbed/node/node-bed";

const run = promisify(execFile);
const PROGRAM = [process.execPath, join(__dirname, "connections.cjs")];
const answers = z.array(z.boolean());

/** A possible target of a connection. */
export interface Endpoint {
  host: string;
  port: number;
  protocol: "tcp" | "udp";
}

/** A source network of connections: runs a command in it. */
export type Network = (command: readonly string[]) => Promise<{ stdout: string }>;

/** The machine, which is outside the cluster for a node's Pods and Services. */
export const outside: Network = ([program = "", ...args]) => run(program, args);

/** The network of the node, with the API server and the kubelet. */
export function networkOfNode({ node }: NodeBed): Network {
  return node.exec;
}

/** The network namespace of a Pod only, without its memory limit and user. */
export async function networkOfPod(bed: NodeBed, pod: ContainerOf): Promise<Network> {
  const pid = await bed.processOf(pod);
  return command => bed.node.exec(["nsenter", `--target=${pid}`, "--net", "--", ...command]);
}

/** Listens on ports of a network, as long as the node runs. */
export async function listen(
  network: Network,
  ports: { tcp: number[]; udp: number[] },
): Promise<void> {
  await network([...PROGRAM, "listen", JSON.stringify(ports)]);
}

/** Tries all connections at once, and returns the names of the endpoints that answered. */
export async function reached(
  network: Network,
  endpoints: Readonly<Record<string, Endpoint>>,
): Promise<string[]> {
  const { stdout } = await network([
    ...PROGRAM,
    "connect",
    JSON.stringify(Object.values(endpoints)),
  ]);
  const answered = answers.parse(JSON.parse(stdout));
  return Object.keys(endpoints).filter((_, index) => answered[index]);
}
