import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  readdirSync,
  readlinkSync,
} from "node:fs";
import { basename, join } from "node:path";

/** Writes files into a folder, and creates the folder if it does not exist. */
export function writeFiles(dir: string, files: Readonly<Record<string, string | Buffer>>): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(dir, name), content, { mode: 0o600 });
  }
}

/**
 * Mounts files in a folder as the kubelet does for a Secret: the files are in a folder of their
 * own, the link `..data` to that folder is replaced atomically, and each file is a link through
 * `..data`.
 */
export function mountFiles(dir: string, files: Readonly<Record<string, Buffer>>): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const current = mkdtempSync(join(dir, "..version-"));
  writeFiles(current, files);
  const link = join(dir, "..data");
  const previous = targetOf(link);
  symlinkSync(basename(current), `${link}_tmp`);
  renameSync(`${link}_tmp`, link);
  const shown = readdirSync(dir).filter(name => !name.startsWith(".."));
  for (const name of shown.filter(name => !(name in files))) rmSync(join(dir, name));
  for (const name of Object.keys(files).filter(name => !shown.includes(name))) {
    symlinkSync(join("..data", name), join(dir, name));
  }
  if (previous) rmSync(join(dir, previous), { recursive: true, force: true });
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
