/**
 * `npm run docs:site`: builds the documentation website into dist/site. Its dependencies are in a
 * package of their own in site/. They are installed first if they are missing or differ from the
 * lock file.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const SITE = resolve(__dirname, "../../../site");
const LOCK = join(SITE, "package-lock.json");
/** Contains the hash of the lock file at installation. */
const INSTALLED = join(SITE, "node_modules/.installed");

function run(command: string, args: readonly string[]): void {
  // On Windows npm is a script, which needs a shell.
  const shell = process.platform === "win32";
  const { status, error } = spawnSync(command, args, { cwd: SITE, stdio: "inherit", shell });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with ${status ?? "a signal"}`);
}

function install(): void {
  const wanted = createHash("sha256").update(readFileSync(LOCK)).digest("hex");
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, "utf8") === wanted) return;
  run("npm", ["ci", "--no-audit", "--no-fund"]);
  writeFileSync(INSTALLED, wanted);
}

try {
  install();
  run("npm", ["run", "--silent", "build"]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
