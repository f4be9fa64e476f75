/** `-f` as in kubectl: files, folders and stdin. */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";

import { EXIT, Failure } from "../terminal/failure";
import { decodeText, type TextFile } from "./text-file";

const STDIN = "-";
/** Extensions of the files that are read in a folder. */
export const EXTENSIONS = [".yaml", ".yml", ".json"];

/** The values of `-f` and `-R`. */
export interface FilenameOptions {
  filename: string[];
  recursive?: boolean;
}

/** Handles a file that cannot be read. If it returns, the other files are still read. */
export type OnFailure = (failure: Failure, name: string) => void;

/**
 * Reads files, the YAML and JSON files of folders, and stdin for `-`, in this order. Files of a folder are
 * sorted by name.
 *
 * @param extensions the files of a folder to read. A named file is always read.
 * @throws Failure if a file cannot be read, or a folder has none, unless onFailure handles it.
 */
export function readTextFiles(
  { filename, recursive = false }: FilenameOptions,
  extensions: readonly string[] = EXTENSIONS,
  onFailure: OnFailure = rethrow,
): TextFile[] {
  if (filename.filter(name => name === STDIN).length > 1) {
    throw new Failure("stdin can be read only once", "Give - once.", EXIT.usage);
  }
  return filename
    .flatMap(name => attempt(name, () => namesIn(name, { recursive, extensions }), onFailure) ?? [])
    .flatMap(name => attempt(name, () => readTextFile(name), onFailure) ?? []);
}

/** The result of `read`, or undefined after a failure. */
export function attempt<Result>(
  name: string,
  read: () => Result,
  onFailure: OnFailure,
): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    onFailure(error, name);
    return undefined;
  }
}

function rethrow(failure: Failure): never {
  throw failure;
}

/** The file itself, or the files of a folder. */
function namesIn(name: string, options: FolderOptions): string[] {
  if (name === STDIN) return [name];
  if (!readOrFail(name, () => statSync(name)).isDirectory()) return [name];
  const files = filesIn(name, options);
  if (files.length === 0) {
    throw new Failure(
      `${name} does not contain a file that ends with ${options.extensions.join(", ")}`,
      options.recursive ? "" : "Add -R to search subdirectories.",
    );
  }
  return files;
}

/**
 * @param name `-` for stdin.
 * @throws Failure if it cannot be read.
 */
export function readTextFile(name: string): TextFile {
  const shown = name === STDIN ? "stdin" : name;
  const source = name === STDIN ? 0 : name;
  const file = decodeText(
    shown,
    readOrFail(shown, () => readFileSync(source)),
  );
  // Only checked for an empty text, to explain it.
  if (name === STDIN) return { ...file, isPiped: true, origin: "stdin" };
  return file.text.trim() === "" ? { ...file, isPiped: isPipe(name) } : file;
}

/** Also true for `<(helm template …)` in a shell. */
function isPipe(name: string): boolean {
  return statSync(name).isFIFO();
}

interface FolderOptions {
  recursive: boolean;
  extensions: readonly string[];
}

function filesIn(folder: string, options: FolderOptions): string[] {
  const entries = readOrFail(folder, () => readdirSync(folder, { withFileTypes: true }));
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const path = join(folder, entry.name);
      // A link may lead to a file or a folder.
      const isFolder = entry.isSymbolicLink()
        ? readOrFail(path, () => statSync(path)).isDirectory()
        : entry.isDirectory();
      if (isFolder) return options.recursive ? filesIn(path, options) : [];
      return options.extensions.includes(extname(entry.name).toLowerCase()) ? [path] : [];
    });
}

/** @throws Failure with the reason if it cannot be read. */
export function readOrFail<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new Failure(`cannot read ${name}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "a link refers back to itself",
};

function reasonOf({ code = "", message }: NodeJS.ErrnoException): string {
  return REASONS[code] ?? message;
}
