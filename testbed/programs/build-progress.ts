/** Reports the progress of a Go build: the number of packages compiled and to be compiled. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Matches a line of `go build -v` that names a package instead of a message about modules. */
const PACKAGE = /^[\w.~-]+(?:\/[\w.~-]+)*$/;

/**
 * Number of packages that the build has to compile; undefined if Go does not report it.
 *
 * @param flags of `go build`, which decide which entries of the build cache are usable
 */
export async function packagesToBuild(
  packages: readonly string[],
  { cwd, flags, env }: { cwd: string; flags: readonly string[]; env: NodeJS.ProcessEnv },
): Promise<number | undefined> {
  const args = [
    "list",
    "-deps",
    "-f",
    "{{if .Stale}}{{.ImportPath}}{{end}}",
    ...flags,
    ...packages,
  ];
  try {
    const { stdout } = await run("go", args, { cwd, env, maxBuffer: 16 * 1024 * 1024 });
    return stdout.split("\n").filter(line => line !== "").length;
  } catch {
    // The build itself reports the error.
    return undefined;
  }
}

/** Packages that the output of `go build -v` names. */
export function packagesBuilt(outputFile: string): number {
  return readFileSync(outputFile, "utf8")
    .split("\n")
    .filter(line => PACKAGE.test(line)).length;
}

/** Such as "820 of 2715 packages, about 3 min left"; compile times differ between packages. */
export function progressText(built: number, total: number | undefined, seconds: number): string {
  if (total === undefined || total === 0) return `${built} packages`;
  const done = Math.min(built, total);
  const share = `${done} of ${total} packages`;
  if (done === 0) return share;
  const left = (seconds / done) * (total - done);
  return `${share}, ${left < 90 ? `about ${Math.ceil(left / 10) * 10} s` : `about ${Math.round(left / 60)} min`} left`;
}
