/** Finds an installed Chromium for tests of the documentation website. Downloads nothing. */
import { findProgram } from "./prerequisites";

/** The names in Debian, in Ubuntu, and of Google's package. */
const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];
const DEBIAN_PACKAGE = "chromium";

/** The absolute path of Chromium; undefined if it is not installed. */
export function findChromium(): string | undefined {
  return PROGRAMS.map(findProgram).find(found => found !== undefined);
}

/** The Debian package that tests of the website need and this machine lacks. */
export function missingBrowserPackages(): string[] {
  return findChromium() === undefined ? [DEBIAN_PACKAGE] : [];
}
