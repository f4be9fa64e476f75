/** Patterns in quotes, such as `'apps/*.yaml'`, which the shell does not see. */
import { Minimatch } from "minimatch";
import { posix } from "node:path";

/** What a pattern matches. */
export interface Glob {
  /** Where to look. */
  folder: string;
  /** Whether a path below is meant. */
  isMatch: (name: string) => boolean;
}

const MAGIC = /[*?[\]{}()]/;

/** Undefined for what is no pattern. */
export function globOf(pattern: string): Glob | undefined {
  if (!MAGIC.test(pattern)) return undefined;
  const matcher = new Minimatch(posix.normalize(pattern), {
    windowsPathsNoEscape: process.platform === "win32",
  });
  const parts = pattern.split("/");
  const first = parts.findIndex(part => MAGIC.test(part));
  const folder = parts.slice(0, first).join("/");
  return {
    folder: folder === "" ? (pattern.startsWith("/") ? "/" : ".") : folder,
    isMatch: name => matcher.match(name),
  };
}
