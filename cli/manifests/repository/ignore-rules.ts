/** What is left out of a repository: .gitignore and .gmsaignore, as Git reads them, and --ignore. */
import ignore, { type Ignore } from "ignore";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

import { Failure } from "../../terminal/failure";
import { decodeText } from "../text-file";

/** Files with patterns; what a later one says counts more. */
const FILES = [".gitignore", ".gmsaignore"];

/** The patterns of one folder, and of those above it. */
export class IgnoreRules {
  readonly #patterns: Ignore;

  private constructor(
    private readonly folder: string,
    patterns: string,
    private readonly above: IgnoreRules | undefined,
  ) {
    this.#patterns = ignore({ ignoreCase: false }).add(patterns);
  }

  /** @param patterns of --ignore, which count from the folder in which the command runs. */
  static ofOption(patterns: readonly string[], folder: string): IgnoreRules {
    return new IgnoreRules(folder, patterns.join("\n"), undefined);
  }

  /**
   * The rules for a folder in which somebody starts: of those above it up to the root of the Git
   * repository, or else up to the folder in which the command runs.
   */
  static above(folder: string, current: string): IgnoreRules | undefined {
    const folders = foldersAbove(folder, current);
    const rules = folders.reduceRight<IgnoreRules | undefined>(
      (found, each) => IgnoreRules.in(each, namesOfFilesIn(each), found),
      undefined,
    );
    // Whoever names a folder that is left out wants it.
    return rules?.isIgnored(folder, true) === true ? undefined : rules;
  }

  /** Those of a folder and above; the ones above if it has no patterns of its own. */
  static in(
    folder: string,
    names: ReadonlySet<string>,
    above: IgnoreRules | undefined,
  ): IgnoreRules | undefined {
    const patterns = FILES.filter(name => names.has(name)).map(name => textOf(join(folder, name)));
    return patterns.length === 0 ? above : new IgnoreRules(folder, patterns.join("\n"), above);
  }

  isIgnored(path: string, isFolder: boolean): boolean {
    const inside = relative(this.folder, path).split(sep).join("/");
    if (inside !== "" && !inside.startsWith("../") && ignore.isPathValid(inside)) {
      const { ignored, unignored } = this.#patterns.test(isFolder ? `${inside}/` : inside);
      if (ignored || unignored) return ignored;
    }
    return this.above?.isIgnored(path, isFolder) ?? false;
  }
}

/** From the nearest to the farthest. */
function foldersAbove(folder: string, current: string): string[] {
  const found: string[] = [];
  for (let each = folder; !existsSync(join(each, ".git")); each = dirname(each)) {
    const above = dirname(each);
    if (above === each) return belowCurrent(found, current);
    found.push(above);
  }
  return found;
}

function belowCurrent(folders: string[], current: string): string[] {
  return folders.filter(each => each === current || each.startsWith(join(current, sep)));
}

function namesOfFilesIn(folder: string): ReadonlySet<string> {
  return new Set(FILES.filter(name => existsSync(join(folder, name))));
}

/** One that cannot be read leaves nothing out. */
function textOf(file: string): string {
  try {
    return decodeText(file, readFileSync(file)).text;
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code !== undefined) return "";
    throw error;
  }
}
