/** Replaces a file by its fixed text. */
import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { Failure } from "../../../terminal/failure";
import { readOrFail } from "../../../manifests/manifest-files";
import { decodeText, encodedAs } from "../../../manifests/text-file";

const MAY_WRITE = 0o222;
const PERMISSIONS = 0o7777;

/**
 * Replaces the text of a file, and keeps its encoding and permissions. A symbolic link is followed. The
 * replacement is atomic, so other programs never see a partial file.
 *
 * @param before the text that was read.
 * @throws Failure if the file has changed since, or cannot be written.
 */
export function replaceText(name: string, before: string, after: string): void {
  const path = readOrFail(name, () => realpathSync(name));
  const stats = readOrFail(name, () => statSync(path));
  refuseUnwritable(name, path, stats);
  const bytes = readOrFail(name, () => readFileSync(path));
  if (decodeText(name, bytes).text !== before) {
    throw new Failure(`${name} changed while it was being fixed, and was not written`, AGAIN);
  }
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  try {
    write(temporary, encodedAs(bytes, after), stats);
    // As late as possible, so that changes by another program meanwhile are kept.
    if (!readFileSync(path).equals(bytes)) {
      throw new Failure(`${name} changed while it was being fixed, and was not written`, AGAIN);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (error instanceof Failure) throw error;
    throw new Failure(`cannot write ${name}: ${(error as Error).message}`);
  }
}

const AGAIN = "Run the command again.";

function refuseUnwritable(name: string, path: string, { mode }: Stats): void {
  try {
    if ((mode & MAY_WRITE) === 0) throw new Error("read-only");
    accessSync(path, constants.W_OK);
  } catch {
    throw new Failure(`cannot write ${name}: it is read-only`, "Change its permissions first.");
  }
}

function write(path: string, bytes: Buffer, { mode, uid, gid }: Stats): void {
  const file = openSync(path, "wx", mode & PERMISSIONS);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const made = statSync(path);
  if (made.uid !== uid || made.gid !== gid) chownSync(path, uid, gid);
  // Restores the bits that the umask or the change of the owner removed.
  chmodSync(path, mode & PERMISSIONS);
}
