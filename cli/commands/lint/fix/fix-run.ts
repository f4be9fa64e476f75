/** `gmsa lint --fix`: fixes findings and writes the files. */
import { realpathSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";

import { attempt } from "../../../manifests/manifest-files";
import type { Repository } from "../../../manifests/repository/read-repository";
import type { Terminal } from "../../../terminal/terminal";
import { fixAll, withTexts, type Fixed, type Lint } from "./fix-all";
import { replaceText } from "./write-file";

/** Sources that are not files. */
const ORIGINS = {
  kustomization: "is rendered, so --fix cannot change it; fix its sources",
  url: "is a URL, so --fix cannot change it; download it first",
};

export interface FixOptions {
  /** Prints the differences instead of writing. */
  isDryRun: boolean;
}

/** The state after the fixes, and whether everything was written. */
export interface FixResult extends Pick<Fixed, "repository" | "report"> {
  /** Number of findings that are gone. */
  count: number;
  isWritten: boolean;
}

/**
 * Fixes findings that have only one right answer. Prints the text of stdin, or the differences of a dry run.
 */
export async function fixRepository(
  start: Repository,
  lint: Lint,
  { isDryRun, terminal }: FixOptions & { terminal: Terminal },
): Promise<FixResult> {
  const fixed = await fixAll(start, lint, name => isWritable(start, name));
  sayUnwritable(start, fixed.first, terminal);
  if (isDryRun) {
    await printDifferences(start, fixed, terminal);
    return { ...fixed, count: fixed.gone.length, isWritten: true };
  }
  const failed = writeAll(start, fixed, terminal);
  const stdin = fixed.repository.texts.get("stdin");
  if (stdin?.origin === "stdin") terminal.print(stdin.text.replace(/\n$/, ""));
  const count = fixed.gone.filter(({ file }) => !failed.includes(file)).length;
  if (failed.length === 0) return { ...fixed, count, isWritten: true };
  const before = new Map(failed.map(name => [name, start.texts.get(name)?.text ?? ""]));
  const repository = withTexts(fixed.repository, before);
  return { repository, report: await lint(repository), count, isWritten: false };
}

function isWritable({ texts }: Repository, name: string): boolean {
  const origin = texts.get(name)?.origin;
  if (origin !== undefined) return origin === "stdin";
  return statSync(name, { throwIfNoEntry: false })?.isFile() === true;
}

function sayUnwritable(
  repository: Repository,
  { findings }: { findings: readonly { file: string; fixes?: unknown }[] },
  terminal: Terminal,
): void {
  const files = new Set(
    findings.filter(({ fixes }) => fixes !== undefined).map(({ file }) => file),
  );
  for (const name of files) {
    if (isWritable(repository, name)) continue;
    const origin = repository.texts.get(name)?.origin;
    const why =
      origin === undefined || origin === "stdin"
        ? "is a pipe, so --fix cannot change it"
        : ORIGINS[origin];
    terminal.say(`${name} ${why}.`);
  }
}

/** @returns the names of files that could not be written. */
function writeAll(start: Repository, { repository, changed }: Fixed, terminal: Terminal): string[] {
  const failed: string[] = [];
  const written = new Set<string>();
  for (const name of changed) {
    const before = start.texts.get(name);
    const after = repository.texts.get(name);
    if (before === undefined || after === undefined || before.origin === "stdin") continue;
    attempt(
      name,
      () => {
        const path = realpathSync(name);
        // A file may have been read twice under different names.
        if (!written.has(path)) replaceText(name, before.text, after.text);
        written.add(path);
      },
      ({ message, remedy }) => {
        failed.push(name);
        terminal.say(`error: ${message}. ${remedy}`.trimEnd());
      },
    );
  }
  return failed;
}

async function printDifferences(
  start: Repository,
  { repository, changed }: Fixed,
  terminal: Terminal,
): Promise<void> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  for (const name of changed) {
    const before = start.texts.get(name)?.text ?? "";
    const after = repository.texts.get(name)?.text ?? "";
    // Names as in `git diff`, so that `git apply` and `patch -p1` find the file.
    const named = ["a", "b"].map(side => (isAbsolute(name) ? name : `${side}/${name}`)) as [
      string,
      string,
    ];
    const patch = createTwoFilesPatch(...named, before, after, undefined, undefined, {
      headerOptions: FILE_HEADERS_ONLY,
    });
    terminal.print(patch.replace(/\n$/, ""));
  }
}

/** Such as `fixed 3, 1 left`. */
export function fixSummary(
  { count, report }: Pick<FixResult, "count" | "report">,
  isDryRun: boolean,
): string {
  return `${isDryRun ? "would fix" : "fixed"} ${count}, ${report.findings.length} left`;
}
