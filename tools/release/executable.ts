/**
 * The command line tool as one file that needs no Node: Node itself with the program put in.
 * https://nodejs.org/docs/latest-v20.x/api/single-executable-applications.html
 */
import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { bundleInOneFile } from "../build/bundle-cli";
import { writeArchive } from "./archive";
import { executableName, thisPlatform } from "./platform";

const run = promisify(execFile);

const ROOT = resolve(__dirname, "../..");
const POSTJECT = join(ROOT, "node_modules/postject/dist/cli.js");
/** What Node looks for in itself; it is the same in all of its versions. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/**
 * Makes the executable for this machine.
 *
 * @param path of the file to write.
 * @throws Error if this Node cannot be made one, such as one whose code is in a shared library
 */
async function writeExecutable(path: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gmsa-executable-"));
  try {
    await bundleInOneFile(join(folder, "gmsa.cjs"));
    // Paths are relative: those of a machine would be part of the file.
    const config = { main: "gmsa.cjs", output: "gmsa.blob", disableExperimentalSEAWarning: true };
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    await run(process.execPath, ["--experimental-sea-config", "config.json"], { cwd: folder });
    copyFileSync(process.execPath, path);
    chmodSync(path, 0o755);
    await inject(path, join(folder, "gmsa.blob"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inject(program: string, blob: string): Promise<void> {
  const isMac = process.platform === "darwin";
  // macOS runs nothing whose signature does not fit.
  if (isMac) await run("codesign", ["--remove-signature", program]);
  const segment = isMac ? ["--macho-segment-name", "NODE_SEA"] : [];
  const args = [POSTJECT, program, "NODE_SEA_BLOB", blob, "--sentinel-fuse", FUSE, ...segment];
  await run(process.execPath, args);
  if (isMac) await run("codesign", ["--sign", "-", program]);
}

/** Makes the executable and packs it with the licence. @returns the path of the archive. */
export async function packExecutable(
  folder: string,
  { version, time }: { version: string; time: Date },
): Promise<string> {
  const { os, arch } = thisPlatform();
  const contents = mkdtempSync(join(tmpdir(), "gmsa-archive-"));
  const archive = join(folder, `gmsa-${version}-${os}-${arch}.tar.gz`);
  try {
    await writeExecutable(join(contents, executableName(os)));
    copyFileSync(join(ROOT, "LICENSE"), join(contents, "LICENSE"));
    await writeArchive(archive, { folder: contents, time });
  } finally {
    rmSync(contents, { recursive: true, force: true });
  }
  return archive;
}
