/** Parses CHANGELOG.md, which has the format of https://keepachangelog.com. */

/**
 * The changes of a version.
 *
 * @throws Error if the changelog has no section for it, or an empty one
 */
export function notesOf(changelog: string, version: string): string {
  const lines = changelog.split("\n");
  const start = lines.findIndex(line => line.startsWith(`## [${version}]`));
  if (start === -1) throw new Error(`CHANGELOG.md has no section "## [${version}] - DATE"`);
  const next = lines.findIndex((line, index) => index > start && line.startsWith("## "));
  const notes = lines.slice(start + 1, next === -1 ? undefined : next);
  // Definitions of links at the end of the file.
  const text = notes
    .filter(line => !/^\[[^\]]+\]: /.test(line))
    .join("\n")
    .trim();
  if (text === "") throw new Error(`CHANGELOG.md does not describe ${version}`);
  return `${text}\n`;
}
