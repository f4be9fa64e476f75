/** Downloads the control plane's programs as the projects release them, once into the cache. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { extract } from "tar";

import { errorText, type Log } from "../process/log";
import { cacheRoot, withLock } from "./cache";
import { downloadFile, type DownloadLimits } from "./download";
import downloads from "./downloads.json";

/** Contents of the archive of controller-runtime's envtest. */
const PROGRAMS = ["etcd", "kube-apiserver", "kubectl"];
const HOST = "https://github.com";
/** Of Kubernetes' own releases, in which each program is a file. */
const KUBERNETES_HOST = "https://dl.k8s.io";

/** The archive of one platform. */
export interface Archive {
  path: string;
  sha512: string;
}

/** A program as a file of its own, of one platform. */
export interface ReleasedProgram {
  path: string;
  sha256: string;
}

/** For tests and for mirrors. */
export interface DownloadSettings {
  archive?: Archive;
  controllerManager?: ReleasedProgram;
  limits?: DownloadLimits;
}

function ofThisPlatform<Item>(items: Readonly<Record<string, Item>>): Item | undefined {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return items[`${process.platform}-${arch}`];
}

function archiveHere(): Archive | undefined {
  return ofThisPlatform<Archive>(downloads.archives);
}

function folderOf({ sha512 }: Archive): string {
  return join(cacheRoot(), "envtest", `${downloads.kubernetes}-${sha512.slice(0, 16)}`);
}

/** The folder with the programs, if they are already downloaded. */
export function downloadedBefore(archive = archiveHere()): string | undefined {
  if (archive === undefined) return undefined;
  const folder = folderOf(archive);
  return PROGRAMS.every(name => existsSync(join(folder, name))) ? folder : undefined;
}

/**
 * Returns the folder with the programs, and downloads them if they are not in the cache.
 * GMSA_OFFLINE=1 disables downloads, and GMSA_DOWNLOADS names another server with the same paths.
 *
 * @returns undefined, after logging the reason in one line, if they are not available
 */
export async function downloadedPrograms(
  log: Log,
  { archive = archiveHere(), limits }: DownloadSettings = {},
): Promise<string | undefined> {
  const before = downloadedBefore(archive);
  if (before !== undefined || archive === undefined || process.env.GMSA_OFFLINE === "1") {
    return before;
  }
  try {
    return await download(archive, log, limits);
  } catch (error) {
    log(`not downloaded: ${errorText(error)}`);
    return undefined;
  }
}

async function download(archive: Archive, log: Log, limits?: DownloadLimits): Promise<string> {
  const folder = folderOf(archive);
  mkdirSync(folder, { recursive: true });
  const url = `${process.env.GMSA_DOWNLOADS ?? HOST}/${archive.path}`;
  await withLock(join(folder, "lock"), log, async () => {
    if (downloadedBefore(archive) !== undefined) return;
    log(`downloading etcd, kube-apiserver and kubectl ${downloads.kubernetes}, once`);
    const file = join(folder, "envtest.tar.gz");
    await downloadFile({ url, hash: { sha512: archive.sha512 }, file }, limits);
    await unpack(file, folder);
  });
  return folder;
}

/** Moves each program to its place only when it is complete. */
async function unpack(file: string, folder: string): Promise<void> {
  const unpacked = mkdtempSync(join(folder, "unpack-"));
  try {
    await extract({ file, cwd: unpacked, strip: 2 });
    for (const name of PROGRAMS) renameSync(join(unpacked, name), join(folder, name));
    rmSync(file);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

/**
 * Returns the path of kube-controller-manager, which envtest's archive lacks, and downloads it if it
 * is not in the cache. Kubernetes releases it for Linux only. The same variables apply.
 *
 * @returns undefined, after logging the reason in one line, if it is not available
 */
export async function downloadedControllerManager(
  log: Log,
  {
    controllerManager = ofThisPlatform<ReleasedProgram>(downloads.controllerManagers),
    limits,
  }: DownloadSettings = {},
): Promise<string | undefined> {
  if (controllerManager === undefined) return undefined;
  const { path, sha256 } = controllerManager;
  const name = basename(path);
  const file = join(...[cacheRoot(), name, `${downloads.kubernetes}-${sha256.slice(0, 16)}`, name]);
  if (existsSync(file)) return file;
  if (process.env.GMSA_OFFLINE === "1") return undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    await withLock(join(dirname(file), "lock"), log, async () => {
      if (existsSync(file)) return;
      log(`downloading ${name} ${downloads.kubernetes}, once`);
      const downloaded = `${file}.downloaded`;
      const url = `${process.env.GMSA_DOWNLOADS ?? KUBERNETES_HOST}/${path}`;
      await downloadFile({ url, hash: { sha256 }, file: downloaded }, limits);
      chmodSync(downloaded, 0o755);
      renameSync(downloaded, file);
    });
    return file;
  } catch (error) {
    log(`not downloaded: ${errorText(error)}`);
    return undefined;
  }
}
