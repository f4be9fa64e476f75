/**
 * Builds the command line tool as one executable that does not need an installed Node.js: it is
 * Node.js with the program embedded.
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
/** Marker that Node.js looks for in its own executable; it is the same in all versions. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/**
 * Creates the executable for this machine.
 *
 * @param path of the file to write.
 * @throws Error if this Node.js does not support it, for example because its code is in a shared
 * library
 */
async function writeExecutable(path: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gmsa-executable-"));
  try {
    await bundleInOneFile(join(folder, "gmsa.cjs"));
    // Relative paths, because an absolute path would become part of the file.
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
  // macOS does not run a program whose signature does not match.
  if (isMac) await run("codesign", ["--remove-signature", program]);
  const segment = isMac ? ["--macho-segment-name", "NODE_SEA"] : [];
  const args = [POSTJECT, program, "NODE_SEA_BLOB", blob, "--sentinel-fuse", FUSE, ...segment];
  await run(process.execPath, args);
  if (isMac) await run("codesign", ["--sign", "-", program]);
}

/** Creates the executable and packs it with the licence. @returns the path of the archive. */
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
