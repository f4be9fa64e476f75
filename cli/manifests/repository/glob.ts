/** Quoted patterns such as `'apps/*.yaml'`, which the shell does not expand. */
import { Minimatch } from "minimatch";
import { posix } from "node:path";

/** The files that a pattern matches. */
export interface Glob {
  /** The folder to search. */
  folder: string;
  /** Whether the pattern matches a path in it. */
  isMatch: (name: string) => boolean;
}

const MAGIC = /[*?[\]{}()]/;

/** Undefined if the text is not a pattern. */
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
