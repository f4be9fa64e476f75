/** A new folder for every test of a file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface FolderOfTest {
  /** Path of the folder while a test runs. */
  readonly path: string;
  /** Writes a file and creates its parent folders. @returns its path. */
  file(name: string, content: string): string;
}

/** Creates the folder before each test, and removes it afterwards. @param prefix of its name. */
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
