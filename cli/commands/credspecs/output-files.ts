import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Failure } from "../../terminal/failure";

/** A file that is to be written. */
export interface OutputFile {
  name: string;
  text: string;
}

/**
 * Writes files into a folder, which is made if it is not there. A file that has the same text
 * already is left alone.
 *
 * @returns the paths, in the order of the files.
 * @throws Failure if there is a file with another text and it is not to be overwritten; then none
 *   is written.
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
