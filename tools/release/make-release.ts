/** Creates all files of a release from a build in dist/. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";

import { notesOf } from "./changelog";
import { writeChecksums } from "./checksums";
import { krewManifest, type ReleaseIdentity } from "./krew";
import { writeManifests } from "./release-manifests";
import { writeNpmPackage } from "./npm-package";
import { billOfMaterials } from "./sbom";

const run = promisify(execFile);

const ROOT = resolve(__dirname, "../..");
const PROGRAM = join(ROOT, "dist/cli/gmsa.cjs");
const SHELLS = { bash: "bash", zsh: "zsh", fish: "fish", powershell: "ps1" };

export interface ReleaseOptions extends ReleaseIdentity {
  /** The folder is emptied first. */
  folder: string;
  /** Modification time of every file in the archives. */
  time: Date;
  imageDigest?: string;
  /** Paths of the archives that packExecutable writes. */
  executables: readonly string[];
}

/**
 * Writes the release.
 *
 * @throws Error if package.json has another version, or the changelog does not describe this one
 */
export async function makeRelease(options: ReleaseOptions): Promise<void> {
  const { folder, version, executables, time } = options;
  checkVersion(version);
  const notes = notesOf(readFileSync(join(ROOT, "CHANGELOG.md"), "utf8"), version);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const image = await writeManifests(options);
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  write("image.txt", `${image}\n`);
  write("notes.md", notes);
  await writeNpmPackage(join(folder, `gmsa-npm-${version}.tgz`), options, time);
  write("gmsa.1", await printed("man"));
  for (const [shell, extension] of Object.entries(SHELLS)) {
    write(`gmsa.${extension}`, await printed("completion", shell));
  }
  write("sbom.cdx.json", await billOfMaterials(time));
  for (const path of executables) copyFileSync(path, join(folder, basename(path)));
  if (executables.length > 0) write("krew.yaml", krewManifest(folder, options));
  writeChecksums(folder);
}

/** @throws Error unless the version is that of package.json, which all builds use. */
export function checkVersion(version: string): void {
  const built = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  if (version === built.version) return;
  throw new Error(
    `package.json has version ${built.version}, not ${version}.\n` +
      `Run \`npm version --no-git-tag-version ${version}\`, describe it in CHANGELOG.md, and commit both.`,
  );
}

/** Archives of executables in a folder, for example from other machines. */
export function executablesIn(folder: string, version: string): string[] {
  return readdirSync(folder)
    .filter(name => name.startsWith(`gmsa-${version}-`) && name.endsWith(".tar.gz"))
    .sort()
    .map(name => join(folder, name));
}

async function printed(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, NO_COLOR: "1" },
  });
  return stdout;
}
