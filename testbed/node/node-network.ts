import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import type { NodePrograms } from "./prerequisites";

const run = promisify(execFile);

/** A node's connection to the machine, and its inner networks. */
export interface NodeNetwork {
  /** The machine's end of the veth pair; the node's end is `node0`. */
  interfaceName: string;
  /** Addresses of the machine's and the node's end. */
  hostAddress: string;
  nodeAddress: string;
  serviceCidr: string;
  /** The ClusterIP of the Service `kubernetes`. */
  apiServiceAddress: string;
  podCidr: string;
  /** Removes the veth pair. Idempotent. */
  disconnect(): Promise<void>;
}

/**
 * Nodes share 198.18.0.0/15, which RFC 2544 reserves for network tests. Each uses a /22: the link,
 * the Services, the Pods, and a spare network.
 */
const blocks = 128;

/** The fields of `ip -json route` that are read here; dst is an address, a network or "default". */
const routes = z.array(z.object({ dst: z.string() }));

function toNumber(address: string): number {
  return address.split(".").reduce((value, part) => value * 256 + Number(part), 0);
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map(shift => (value >>> shift) & 255).join(".");
}

function baseOf(block: number): number {
  return toNumber("198.18.0.0") + block * 1024;
}

/** Whether the machine has a route into a block, other than its default route. */
function isUsed(block: number, destination: string): boolean {
  const [address = "", length = "32"] = destination.split("/");
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(address)) return false;
  const first = toNumber(address);
  const last = first + 2 ** (32 - Number(length)) - 1;
  return first < baseOf(block) + 1024 && last >= baseOf(block);
}

function shuffled(count: number): number[] {
  const numbers = Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [numbers[i], numbers[j]] = [numbers[j] ?? 0, numbers[i] ?? 0];
  }
  return numbers;
}

function namesOf(block: number): Omit<NodeNetwork, "disconnect"> {
  const at = (offset: number): string => toAddress(baseOf(block) + offset);
  return {
    interfaceName: `gmsa-node${block}`,
    hostAddress: at(1),
    nodeAddress: at(2),
    serviceCidr: `${at(256)}/24`,
    apiServiceAddress: at(257),
    podCidr: `${at(512)}/24`,
  };
}

/** True if the interface was created, false if its name was taken. */
async function makeCable(ip: string, name: string, pid: number): Promise<boolean> {
  const peer = ["peer", "name", "node0", "netns", String(pid)];
  try {
    await run(ip, ["link", "add", name, "type", "veth", ...peer]);
    return true;
  } catch (error) {
    if (String(error).includes("File exists")) return false;
    throw error;
  }
}

/**
 * Takes a block of addresses that neither another node nor a network of this machine uses. The
 * interface's name identifies the block, so the kernel gives each block to only one node, and frees
 * it when the node's namespaces end for any reason.
 */
async function takeBlock(ip: string, pid: number): Promise<number> {
  const { stdout } = await run(ip, ["-4", "-json", "route", "show", "table", "all"]);
  const destinations = routes.parse(JSON.parse(stdout)).map(({ dst }) => dst);
  for (const block of shuffled(blocks)) {
    if (destinations.some(destination => isUsed(block, destination))) continue;
    if (await makeCable(ip, namesOf(block).interfaceName, pid)) return block;
  }
  throw new Error("no free addresses in 198.18.0.0/15");
}

/**
 * Connects namespaces to the machine. Both can reach each other, and the machine can also reach
 * Pods and Services. The node cannot reach any other network.
 * @param pid of a process in the namespaces
 */
export async function connect(programs: NodePrograms, pid: number): Promise<NodeNetwork> {
  const { ip, nsenter } = programs.system;
  const names = namesOf(await takeBlock(ip, pid));
  const outside = (command: string): Promise<unknown> => run(ip, command.split(" "));
  const inside = (command: string): Promise<unknown> =>
    run(nsenter, [`--target=${pid}`, "--net", "--", ip, ...command.split(" ")]);
  const { interfaceName, hostAddress, nodeAddress, serviceCidr, podCidr } = names;
  await outside(`address add ${hostAddress}/30 dev ${interfaceName}`);
  await outside(`link set ${interfaceName} up`);
  await inside(`address add ${nodeAddress}/30 dev node0`);
  await inside("link set node0 up");
  // A packet to a Service needs a route before kube-proxy's rules apply to it.
  await inside(`route add ${serviceCidr} via ${hostAddress}`);
  await outside(`route add ${serviceCidr} via ${nodeAddress}`);
  await outside(`route add ${podCidr} via ${nodeAddress}`);
  return {
    ...names,
    // The interface disappears a moment after the namespaces.
    disconnect: async () => {
      await outside(`link delete ${interfaceName}`).catch(() => undefined);
    },
  };
}
