import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Failure } from "../../terminal/failure";

/** A file to write. */
export interface OutputFile {
  name: string;
  text: string;
}

/**
 * Writes files to a folder, and creates the folder if necessary. A file with the same text already is not
 * written again.
 *
 * @returns the paths, in the order of the files.
 * @throws Failure if a file exists with another text and must not be overwritten. Then no file is written.
 */
export function writeFiles(
  folder: string,
  files: readonly OutputFile[],
  { overwrite }: { overwrite: boolean },
): string[] {
  const paths = files.map(({ name }) => join(folder, name));
  const different = files.flatMap(({ text }, index) => {
    const path = paths[index] ?? "";
    const present = textAt(path);
    return present === undefined || present === text ? [] : path;
  });
  if (different.length > 0 && !overwrite) {
    throw new Failure(
      `already exist with other contents: ${different.join(", ")}`,
      "Nothing was written. --overwrite replaces them.",
    );
  }
  try {
    mkdirSync(folder, { recursive: true });
    for (const [index, { text }] of files.entries()) {
      writeFileSync(paths[index] ?? "", text);
    }
  } catch (error) {
    throw new Failure(`cannot write to ${folder}: ${(error as Error).message}`);
  }
  return paths;
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Failure(`cannot read ${path}: ${(error as Error).message}`);
  }
}
