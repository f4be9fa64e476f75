import { statfsSync } from "node:fs";
import { join } from "node:path";
import type { NodePrograms } from "./prerequisites";

/** What holds a Pod's namespaces. */
export const PAUSE_IMAGE = "registry.test/pause:1";

/** OVERLAYFS_SUPER_MAGIC: a file system that overlayfs cannot write to. */
const OVERLAYFS = 0x794c7630;

/** How containerd puts image layers together: one upon the other, or by copying them. */
export type Snapshotter = "native" | "overlayfs";

/** The better one that works in all of these folders. */
export function snapshotterFor(folders: readonly string[]): Snapshotter {
  return folders.some(folder => statfsSync(folder).type === OVERLAYFS) ? "native" : "overlayfs";
}

/** Where the containerd of a node's folder listens. */
export function containerdSocket(dir: string): string {
  return join(dir, "containerd.sock");
}

/** Where the containerd of a node's folder keeps images and containers. */
export function containerdRoot(dir: string): string {
  return join(dir, "containerd");
}

/** Where the containerd of a node's folder looks for the network of its Pods. */
export function cniFolder(dir: string): string {
  return join(dir, "cni");
}

/** containerd's configuration, version 2, which 1.6 and later read. */
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
