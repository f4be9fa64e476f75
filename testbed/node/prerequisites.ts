import { execFile, execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { findBinaries } from "../programs/binaries";
import {
  controlPlaneIsBuilt,
  controlPlanePrograms,
  kubernetesVersion,
} from "../programs/control-plane-programs";
import { goVersion } from "../programs/go-build";
import { errorText, type Log, MissingPrerequisite } from "../process/log";
import { makeCgroup } from "./cgroup";

const run = promisify(execFile);

/** Programs that a node needs, and the Debian package of each. */
const packages = {
  containerd: "containerd",
  "containerd-shim-runc-v2": "containerd",
  ctr: "containerd",
  runc: "runc",
  busybox: "busybox-static",
  ip: "iproute2",
  nft: "nftables",
  mount: "mount",
  nsenter: "util-linux",
  unshare: "util-linux",
  tar: "tar",
  gcc: "gcc",
} as const;

/** CNI plugins of the Pods' network. */
const cniPlugins = ["host-local", "loopback", "ptp"];
const cniPackage = "containernetworking-plugins";
/** Folders of CNI plugins in Debian and in most other systems. */
const cniFolders = ["/usr/lib/cni", "/opt/cni/bin"];

/** Programs of the machine. */
export type SystemProgram = keyof typeof packages;

/** Absolute paths of a node's programs. */
export interface NodePrograms {
  system: Readonly<Record<SystemProgram, string>>;
  /** The folder with the CNI plugins. */
  cniPlugins: string;
  /** The PATH of all programs in the node: the folders above and the usual ones. */
  path: string;
}

/** Programs of Kubernetes and etcd, built from testbed/programs/control-plane. */
export interface KubernetesPrograms {
  dir: string;
  kubectl: string;
  /** Such as "v1.36.3". */
  version: string;
}

/** A user's PATH often lacks the folders with administrators' programs. */
const folders = [
  ...(process.env.PATH ?? "").split(delimiter).filter(folder => folder.startsWith("/")),
  ...["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"],
];

/** The PATH of all programs in a node: the folders of the machine's programs and the usual ones. */
export const searchPath = [...new Set(folders)].join(delimiter);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The absolute path of an installed program. */
export function findProgram(program: string): string | undefined {
  return folders.map(folder => join(folder, program)).find(isExecutable);
}

function findCni(): string | undefined {
  return cniFolders.find(folder => cniPlugins.every(name => isExecutable(join(folder, name))));
}

/** The last line of a command's output, without the command. */
function lastLine(error: unknown): string {
  return errorText(error).trim().split("\n").at(-1) ?? "";
}

/** Namespaces and cgroups need more than being root: the root user of a container may lack both. */
async function whyNoNamespaces({
  mount,
  unshare,
}: NodePrograms["system"]): Promise<string | undefined> {
  try {
    const flags = ["--net", "--mount", "--pid", "--fork"];
    await run(unshare, [...flags, mount, "-t", "tmpfs", "tmpfs", "/run"]);
  } catch (error) {
    return `network, mount and process namespaces of its own: ${lastLine(error)}`;
  }
  try {
    await makeCgroup(`gmsa-probe-${process.pid}`).remove();
    return undefined;
  } catch (error) {
    return `a cgroup of its own: ${errorText(error)}`;
  }
}

/** The C library for static programs, which is packaged separately from the compiler. */
const staticLibrary = { file: "libc.a", package: "libc6-dev" };

function hasStaticLibrary(gcc: string): boolean {
  const { file } = staticLibrary;
  // gcc prints the bare name of a file that it does not find.
  return execFileSync(gcc, [`-print-file-name=${file}`], { encoding: "utf8" }).trim() !== file;
}

interface Missing {
  name: string;
  package: string;
}

function missing(system: Partial<Record<SystemProgram, string>>): Missing[] {
  const programs = (Object.keys(packages) as SystemProgram[])
    .filter(name => system[name] === undefined)
    .map(name => ({ name, package: packages[name] }));
  const plugins = cniPlugins.map(name => ({ name, package: cniPackage }));
  const { gcc } = system;
  return [
    ...programs,
    ...(findCni() === undefined ? plugins : []),
    ...(gcc === undefined || hasStaticLibrary(gcc)
      ? []
      : [{ name: staticLibrary.file, package: staticLibrary.package }]),
  ];
}

function locateSystem(): Partial<Record<SystemProgram, string>> {
  return Object.fromEntries(Object.keys(packages).map(name => [name, findProgram(name)]));
}

/** The Debian packages that a node needs and this machine lacks. */
export function missingPackages(): string[] {
  return [...new Set(missing(locateSystem()).map(item => item.package))];
}

/**
 * Locates the installed programs that a node needs.
 * @throws MissingPrerequisite that lists all missing programs, and how to get them
 */
export function locateNodePrograms(): NodePrograms {
  const system = locateSystem();
  const lacking = missing(system);
  if (lacking.length > 0) {
    throw new MissingPrerequisite(
      `a real node needs ${lacking.map(({ name }) => name).join(", ")}; on Debian: ` +
        `apt-get install --no-install-recommends ${missingPackages().join(" ")}`,
    );
  }
  return {
    system: system as Record<SystemProgram, string>,
    cniPlugins: findCni() ?? "",
    path: searchPath,
  };
}

/**
 * Locates everything that a node needs except Kubernetes itself; builds and starts nothing.
 * @throws MissingPrerequisite that lists what is missing, and how to get it
 */
export async function findNodePrograms(): Promise<NodePrograms> {
  if (process.platform !== "linux") throw new MissingPrerequisite("a real node needs Linux");
  if (process.getuid?.() !== 0) throw new MissingPrerequisite("a real node needs root");
  const programs = locateNodePrograms();
  const why = await whyNoNamespaces(programs.system);
  if (why !== undefined) throw new MissingPrerequisite(`a real node needs ${why}`);
  return programs;
}

/**
 * The programs of Kubernetes, built once into the cache.
 * @throws MissingPrerequisite without Go, if they are not built yet
 */
export async function findKubernetes(log: Log): Promise<KubernetesPrograms> {
  const { kubectl } = await findBinaries(log);
  const built = [
    ...(["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const),
    ...(["kubelet", "kube-proxy"] as const),
  ];
  if (!(await controlPlaneIsBuilt(built)) && (await goVersion()) === undefined) {
    throw new MissingPrerequisite("a real node needs Go 1.26 or later, to build a kubelet once");
  }
  return { dir: await controlPlanePrograms(built, log), kubectl, version: kubernetesVersion() };
}
