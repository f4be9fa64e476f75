/** How far a build of Go is: how many packages it has compiled of those that are to be. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What `go build -v` prints for a package, as opposed to what is told of modules. */
const PACKAGE = /^[\w.~-]+(?:\/[\w.~-]+)*$/;

/**
 * How many packages the build has to compile; undefined if Go does not say.
 *
 * @param flags of `go build`, which decide what of the build cache is of use
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
    // The build itself will say what is wrong.
    return undefined;
  }
}

/** Packages that the output of `go build -v` names. */
export function packagesBuilt(outputFile: string): number {
  return readFileSync(outputFile, "utf8")
    .split("\n")
    .filter(line => PACKAGE.test(line)).length;
}

/** Such as "820 of 2715 packages, about 3 min left"; the packages take different times. */
export function progressText(built: number, total: number | undefined, seconds: number): string {
  if (total === undefined || total === 0) return `${built} packages`;
  const done = Math.min(built, total);
  const share = `${done} of ${total} packages`;
  if (done === 0) return share;
  const left = (seconds / done) * (total - done);
  return `${share}, ${left < 90 ? `about ${Math.ceil(left / 10) * 10} s` : `about ${Math.round(left / 60)} min`} left`;
}
