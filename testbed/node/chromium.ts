/** A Chromium of the machine, for the website of the documentation. Nothing is downloaded. */
import { findProgram } from "./prerequisites";

/** As Debian, as Ubuntu, and as Google call it. */
const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];
const DEBIAN_PACKAGE = "chromium";

/** The absolute path of Chromium; undefined where there is none. */
export function findChromium(): string | undefined {
  return PROGRAMS.map(findProgram).find(found => found !== undefined);
}

/** The Debian package of what a test of the website needs and this machine lacks. */
export function missingBrowserPackages(): string[] {
  return findChromium() === undefined ? [DEBIAN_PACKAGE] : [];
}
