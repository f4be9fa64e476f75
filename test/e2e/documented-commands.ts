/** Runs the commands of a documentation page exactly as documented. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Bed } from "../../testbed/bed/bed";

const run = promisify(execFile);
const ROOT = join(__dirname, "../..");

/** Parts of the checkout that an apply needs. */
const CHECKOUT = ["kustomization.yaml", "crds", "deploy", "dist", "examples"];

/**
 * The `` console block under a heading of a page, which must contain exactly one.
 *
 * @param page path in the checkout, such as "docs/how-to/install.md".
 * @param heading without the hash signs.
 */
export function commandsUnder(page: string, heading: string): string {
  const text = readFileSync(join(ROOT, page), "utf8");
  const sections = text.split(/^#+ /m).filter(section => section.startsWith(`${heading}\n`));
  const blocks = sections.flatMap(section =>
    [...section.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? ""),
  );
  const [block] = blocks;
  if (block === undefined || blocks.length > 1) {
    throw new Error(`${page} has ${blocks.length} blocks of commands under "${heading}", not one`);
  }
  return block;
}

/** A shell in a copy of the checkout, whose kubectl has only one cluster. */
export class Checkout {
  private constructor(
    private readonly dir: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /**
   * Copies the build output; `remove` deletes the copy.
   *
   * @param programs paths of further programs that the commands run, by the name that they use.
   */
  static async copy(bed: Bed, programs: Readonly<Record<string, string>> = {}): Promise<Checkout> {
    const dir = await mkdtemp(join(tmpdir(), "gmsa-checkout-"));
    for (const entry of CHECKOUT) {
      await cp(join(ROOT, entry), join(dir, "gmsa", entry), { recursive: true });
    }
    for (const [name, path] of Object.entries({ ...programs, kubectl: bed.kubectlProgram })) {
      await symlink(path, join(dir, name));
    }
    return new Checkout(dir, {
      PATH: `${dir}:${process.env.PATH ?? ""}`,
      HOME: dir,
      KUBECONFIG: bed.kubeconfigPath,
    });
  }

  /**
   * Runs commands one after the other, until one fails.
   *
   * @returns their standard output.
   * @throws Error with all their output, if one fails.
   */
  async run(commands: string): Promise<string> {
    const options = { cwd: join(this.dir, "gmsa"), env: this.environment };
    const { stdout } = await run("bash", ["-euo", "pipefail", "-c", commands], options);
    return stdout;
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
