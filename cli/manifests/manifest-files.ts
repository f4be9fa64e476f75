/** `-f` as kubectl has it: files, folders and stdin. */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";

import { EXIT, Failure } from "../terminal/failure";
import { decodeText, type TextFile } from "./text-file";

const STDIN = "-";
/** What of a folder is read. */
export const EXTENSIONS = [".yaml", ".yml", ".json"];

/** What `-f` and `-R` name. */
export interface FilenameOptions {
  filename: string[];
  recursive?: boolean;
}

/** What becomes of a file that cannot be read; the others are read all the same if it returns. */
export type OnFailure = (failure: Failure, name: string) => void;

/**
 * Reads files, the YAML and JSON files of folders, and stdin for `-`, in this order; a folder's
 * files by name.
 *
 * @param extensions which files of a folder; one that is named itself is read whatever it is.
 * @throws Failure if one cannot be read, or a folder holds none, unless onFailure takes it.
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

/** What was read, unless it could not be. */
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

/** The file itself, or what a folder holds. */
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
 * @param name stdin if it is `-`.
 * @throws Failure if it cannot be read.
 */
export function readTextFile(name: string): TextFile {
  const shown = name === STDIN ? "stdin" : name;
  const source = name === STDIN ? 0 : name;
  const file = decodeText(
    shown,
    readOrFail(shown, () => readFileSync(source)),
  );
  // Short ones only: it is asked of an empty one.
  if (name === STDIN) return { ...file, isPiped: true, origin: "stdin" };
  return file.text.trim() === "" ? { ...file, isPiped: isPipe(name) } : file;
}

/** As `<(helm template …)` of a shell is, too. */
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
      // A link may lead to either.
      const isFolder = entry.isSymbolicLink()
        ? readOrFail(path, () => statSync(path)).isDirectory()
        : entry.isDirectory();
      if (isFolder) return options.recursive ? filesIn(path, options) : [];
      return options.extensions.includes(extname(entry.name).toLowerCase()) ? [path] : [];
    });
}

/** @throws Failure that says why it cannot be read. */
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
