/** A folder that every test of a file has anew. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface FolderOfTest {
  /** Where it is, while a test runs. */
  readonly path: string;
  /** Writes a file, with the folders on the way. @returns its path. */
  file(name: string, content: string): string;
}

/** Makes it before each test, and removes it after each. @param prefix of its name. */
export function folderOfEachTest(prefix: string): FolderOfTest {
  let path = "";
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), prefix));
  });
  afterEach(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return {
    get path() {
      return path;
    },
    file: (name, content) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
  };
}
