import { statfsSync } from "node:fs";
import { join } from "node:path";
import type { NodePrograms } from "./prerequisites";

/** Image of the container that holds a Pod's namespaces. */
export const PAUSE_IMAGE = "registry.test/pause:1";

/** OVERLAYFS_SUPER_MAGIC: overlayfs cannot use this file system as its upper layer. */
const OVERLAYFS = 0x794c7630;

/** How containerd combines image layers: "overlayfs" stacks them, "native" copies them. */
export type Snapshotter = "native" | "overlayfs";

/** The faster snapshotter that works in all of these folders. */
export function snapshotterFor(folders: readonly string[]): Snapshotter {
  return folders.some(folder => statfsSync(folder).type === OVERLAYFS) ? "native" : "overlayfs";
}

/** Path of the socket of the containerd in a node's folder. */
export function containerdSocket(dir: string): string {
  return join(dir, "containerd.sock");
}

/** Folder in which that containerd stores images and containers. */
export function containerdRoot(dir: string): string {
  return join(dir, "containerd");
}

/** Folder with the CNI configuration of that containerd. */
export function cniFolder(dir: string): string {
  return join(dir, "cni");
}

/** containerd's configuration, version 2, which 1.6 and later support. */
export function containerdConfig(
  { system, cniPlugins }: NodePrograms,
  dir: string,
  snapshotter: Snapshotter,
): string {
  const unused = ["aufs", "btrfs", "devmapper", "zfs"].map(
    name => `"io.containerd.snapshotter.v1.${name}"`,
  );
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${containerdRoot(dir)}"
state = "/run/containerd"
disabled_plugins = [${unused.join(", ")}, "io.containerd.internal.v1.opt"]
[grpc]
  address = "${containerdSocket(dir)}"
[${cri}]
  sandbox_image = "${PAUSE_IMAGE}"
  disable_apparmor = true
  # Lower values than its own take CAP_SYS_RESOURCE, which containers of CI often lack.
  restrict_oom_score_adj = true
[${cri}.containerd]
  snapshotter = "${snapshotter}"
[${cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
  SystemdCgroup = false
  BinaryName = "${system.runc}"
[${cri}.cni]
  bin_dir = "${cniPlugins}"
  conf_dir = "${cniFolder(dir)}"
`;
}
