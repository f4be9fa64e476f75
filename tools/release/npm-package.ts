/** Packs the command line tool for npm: only the bundle, without dependencies. */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { writeArchive } from "./archive";
import type { ReleaseIdentity } from "./krew";

const ROOT = resolve(__dirname, "../..");

/** Fields of package.json that describe the tool, not its build. */
const KEPT = ["name", "version", "description", "license", "type", "bin", "engines"];

/** Writes the .tgz for `npm install` and `npm publish`. */
export async function writeNpmPackage(
  path: string,
  { repository }: ReleaseIdentity,
  time: Date,
): Promise<void> {
  const contents = mkdtempSync(join(tmpdir(), "gmsa-package-"));
  try {
    const all = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as object;
    const kept = Object.entries(all).filter(([key]) => KEPT.includes(key));
    const described = {
      ...Object.fromEntries(kept),
      keywords: ["kubernetes", "gmsa", "windows", "active-directory", "kubectl-plugin"],
      // npm compares it with the repository in the provenance statement.
      repository: { type: "git", url: `git+https://github.com/${repository}.git` },
    };
    writeFileSync(join(contents, "package.json"), `${JSON.stringify(described, null, 2)}\n`);
    for (const name of ["LICENSE", "README.md"]) {
      copyFileSync(join(ROOT, name), join(contents, name));
    }
    mkdirSync(join(contents, "dist"));
    cpSync(join(ROOT, "dist/cli"), join(contents, "dist/cli"), { recursive: true });
    chmodSync(join(contents, "dist/cli/gmsa.cjs"), 0o755);
    await writeArchive(path, { folder: contents, prefix: "package", time });
  } finally {
    rmSync(contents, { recursive: true, force: true });
  }
}
