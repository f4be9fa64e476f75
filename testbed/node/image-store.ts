import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheRoot } from "../programs/cache";
import { sleep, type Log } from "../process/log";
import { forgetDir, watchDir } from "../process/watchdog";
import {
  containerdConfig,
  containerdRoot,
  containerdSocket,
  snapshotterFor,
  type Snapshotter,
} from "./containerd";
import { identityOf, makeImage, type ImagePlan } from "./image";
import { startNamespaces } from "./linux-namespaces";
import type { NodePrograms } from "./prerequisites";

/** A root folder of containerd with unpacked images, which does not change any more. */
export interface ImageStore {
  dir: string;
  /** The snapshotter that unpacked them. */
  snapshotter: Snapshotter;
}

/** Increment when this file changes how it stores the same images. */
const RECIPE = 1;
const startTimeoutMs = 30_000;

/** Paths below containerd's root folder. */
function partsOf(root: string, snapshotter: Snapshotter): Record<"blobs" | "snapshots", string> {
  return {
    blobs: join(root, "io.containerd.content.v1.content/blobs/sha256"),
    snapshots: join(root, `io.containerd.snapshotter.v1.${snapshotter}`, "snapshots"),
  };
}

function databasesOf(snapshotter: Snapshotter): string[] {
  return [
    "io.containerd.metadata.v1.bolt/meta.db",
    `io.containerd.snapshotter.v1.${snapshotter}/metadata.db`,
  ];
}

/** Builds the images and imports them into a containerd whose root is below `dir`. */
async function fill(
  programs: NodePrograms,
  plans: readonly ImagePlan[],
  { dir, snapshotter }: ImageStore,
): Promise<void> {
  writeFileSync(join(dir, "containerd.toml"), containerdConfig(programs, dir, snapshotter));
  const namespaces = await startNamespaces(programs, dir);
  try {
    const { containerd, ctr, tar } = programs.system;
    const config = `--config=${join(dir, "containerd.toml")}`;
    const daemon = await namespaces.start("containerd", [containerd, config]);
    const client = [ctr, `--address=${containerdSocket(dir)}`, "--namespace=k8s.io"];
    const end = Date.now() + startTimeoutMs;
    while ((await namespaces.exec([...client, "version"], { allowFailure: true })).code !== 0) {
      if (!daemon.running || Date.now() > end) throw new Error(`containerd:\n${daemon.tail()}`);
      await sleep(50);
    }
    for (const plan of plans) {
      const file = await makeImage(tar, plan, dir);
      await namespaces.exec([...client, "images", "import", `--snapshotter=${snapshotter}`, file]);
      rmSync(file);
    }
    // Its databases are complete only after it has exited normally.
    await daemon.stop(startTimeoutMs);
  } finally {
    await namespaces.stop();
  }
}

/**
 * Finds the images in the cache, or builds them and lets containerd unpack them. They are cached
 * because that takes longer than everything else in a node's start. The store appears atomically.
 */
export async function findImageStore(
  programs: NodePrograms,
  plans: readonly ImagePlan[],
  log: Log,
): Promise<ImageStore> {
  const folder = join(cacheRoot(), "images");
  mkdirSync(folder, { recursive: true });
  const snapshotter = snapshotterFor([folder, tmpdir()]);
  const identity = JSON.stringify([RECIPE, snapshotter, plans.map(identityOf)]);
  const name = createHash("sha256").update(identity).digest("hex").slice(0, 16);
  const dir = join(folder, name);
  if (existsSync(dir)) return { dir, snapshotter };
  log(`making the images ${plans.map(plan => plan.name).join(", ")}, once`);
  const scratch = mkdtempSync(join(folder, "build-"));
  watchDir(scratch);
  try {
    await fill(programs, plans, { dir: scratch, snapshotter });
    moveUnlessThere(containerdRoot(scratch), dir);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    forgetDir(scratch);
  }
  return { dir, snapshotter };
}

/** Another process may have created the same folder in the meantime. */
function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

/**
 * Gives a containerd that has not started yet the images of a store: its own databases, and links
 * to contents and snapshots, which containerd only reads.
 * @param root containerd's root folder, which is created
 */
export function linkImages(store: ImageStore, root: string): void {
  const { snapshotter } = store;
  const from = partsOf(store.dir, snapshotter);
  const to = partsOf(root, snapshotter);
  for (const part of ["blobs", "snapshots"] as const) {
    mkdirSync(to[part], { recursive: true });
    for (const entry of readdirSync(from[part])) {
      symlinkSync(join(from[part], entry), join(to[part], entry));
    }
  }
  for (const database of databasesOf(snapshotter)) {
    mkdirSync(join(root, database, ".."), { recursive: true });
    copyFileSync(join(store.dir, database), join(root, database));
  }
}
