/** The ignored files of a repository: .gitignore and .gmsaignore, read like Git does, and --ignore. */
import ignore, { type Ignore } from "ignore";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

import { Failure } from "../../terminal/failure";
import { decodeText } from "../text-file";

/** Files with patterns. A later file takes precedence. */
const FILES = [".gitignore", ".gmsaignore"];

/** The patterns of one folder and its parents. */
export class IgnoreRules {
  readonly #patterns: Ignore;

  private constructor(
    private readonly folder: string,
    patterns: string,
    private readonly above: IgnoreRules | undefined,
  ) {
    this.#patterns = ignore({ ignoreCase: false }).add(patterns);
  }

  /** @param patterns of --ignore, relative to the working directory. */
  static ofOption(patterns: readonly string[], folder: string): IgnoreRules {
    return new IgnoreRules(folder, patterns.join("\n"), undefined);
  }

  /**
   * The rules for a start folder: those of its parents up to the root of the Git repository, or else up to
   * the working directory.
   */
  static above(folder: string, current: string): IgnoreRules | undefined {
    const folders = foldersAbove(folder, current);
    const rules = folders.reduceRight<IgnoreRules | undefined>(
      (found, each) => IgnoreRules.in(each, namesOfFilesIn(each), found),
      undefined,
    );
    // A folder that the user names is read even if it is ignored.
    return rules?.isIgnored(folder, true) === true ? undefined : rules;
  }

  /** The rules of a folder and its parents; only those of the parents if it has no patterns. */
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

/** A file that cannot be read ignores nothing. */
function textOf(file: string): string {
  try {
    return decodeText(file, readFileSync(file)).text;
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code !== undefined) return "";
    throw error;
  }
}
