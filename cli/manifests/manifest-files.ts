/** `-f` as kubectl has it: files, folders and stdin. */
import type { Command } from "commander";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";

import { EXIT, Failure } from "../terminal/failure";
import { decodeText, type TextFile } from "./text-file";

/** What of a folder is read. */
const EXTENSIONS = [".yaml", ".yml", ".json"];

/** What the options of addFilenameOptions become. */
export interface FilenameOptions {
  filename: string[];
  recursive?: boolean;
}

/** Adds `-f` and `-R`. */
export function addFilenameOptions(command: Command): Command {
  return command
    .requiredOption(
      "-f, --filename <file...>",
      "files, folders, or - for stdin; can be given several times",
    )
    .option("-R, --recursive", "look into the folders of folders as well");
}

/**
 * Reads files, the YAML and JSON files of folders, and stdin for `-`, in this order; a folder's
 * files by name.
 *
 * @param extensions which files of a folder; one that is named itself is read whatever it is.
 * @throws Failure if one cannot be read, or a folder holds none.
 */
export function readTextFiles(
  { filename, recursive = false }: FilenameOptions,
  extensions: readonly string[] = EXTENSIONS,
): TextFile[] {
  if (filename.filter(name => name === "-").length > 1) {
    throw new Failure("stdin can be read only once", "Give - once.", EXIT.usage);
  }
  return filename.flatMap(name => {
    if (name === "-")
      return [
        decodeText(
          "stdin",
          readOrFail("stdin", () => readFileSync(0)),
        ),
      ];
    const isFolder = readOrFail(name, () => statSync(name)).isDirectory();
    if (!isFolder) return [readTextFile(name)];
    const files = filesIn(name, { recursive, extensions });
    if (files.length === 0) {
      throw new Failure(
        `${name} holds no file that ends with ${extensions.join(", ")}`,
        recursive ? "" : "With -R, its folders are read as well.",
      );
    }
    return files.map(readTextFile);
  });
}

/** @throws Failure if it cannot be read. */
export function readTextFile(name: string): TextFile {
  return decodeText(
    name,
    readOrFail(name, () => readFileSync(name)),
  );
}

function filesIn(
  folder: string,
  options: { recursive: boolean; extensions: readonly string[] },
): string[] {
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

function readOrFail<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new Failure(`cannot read ${name}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "a link leads back to itself",
};

function reasonOf({ code = "", message }: NodeJS.ErrnoException): string {
  return REASONS[code] ?? message;
}
