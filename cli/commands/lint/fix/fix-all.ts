/** Fixes all findings, repeatedly until nothing more can be fixed. */
import type { Diagnostic, DocumentFix } from "../../../manifests/diagnostic";
import { parseManifests } from "../../../manifests/manifests";
import type { Repository } from "../../../manifests/repository/read-repository";
import type { LintReport } from "../lint-manifests";
import { fixText } from "./fix-text";

/** A fix can make another one possible. More than a few rounds mean a cycle. */
const MOST_ROUNDS = 10;

/** The original and the fixed state. */
export interface Fixed {
  repository: Repository;
  /** Report on the original texts. */
  first: LintReport;
  /** Report on the fixed texts. */
  report: LintReport;
  /** The findings that are gone. */
  gone: readonly Diagnostic[];
  /** Names of the changed texts. */
  changed: readonly string[];
}

export type Lint = (repository: Repository) => Promise<LintReport>;

/** @param canFix whether a text can be written at all. */
export async function fixAll(
  start: Repository,
  lint: Lint,
  canFix: (name: string) => boolean,
): Promise<Fixed> {
  let repository = start;
  const first = await lint(start);
  let report = first;
  const gone: Diagnostic[] = [];
  const changed = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = fixRound(repository, report.findings, canFix);
    if (next.texts.size === 0) break;
    for (const [name] of next.texts) changed.add(name);
    repository = withTexts(repository, next.texts);
    report = await lint(repository);
    gone.push(...next.findings.filter(finding => !isStillThere(finding, report.findings)));
  }
  return { repository, first, report, gone, changed: [...changed] };
}

interface Round {
  texts: ReadonlyMap<string, string>;
  /** The fixed findings. */
  findings: readonly Diagnostic[];
}

function fixRound(
  { texts }: Repository,
  findings: readonly Diagnostic[],
  canFix: (name: string) => boolean,
): Round {
  const corrected = new Map<string, string>();
  const gone: Diagnostic[] = [];
  for (const [name, found] of byFile(findings.filter(({ fixes }) => fixes !== undefined))) {
    const text = texts.get(name)?.text;
    if (text === undefined || !canFix(name)) continue;
    const fixed = fixText(text, found.flatMap(fixesOf));
    if (fixed.text === text) continue;
    corrected.set(name, fixed.text);
    gone.push(...found.filter(finding => fixesOf(finding).every(fix => fixed.made.has(fix))));
  }
  return { texts: corrected, findings: gone };
}

function fixesOf({ fixes = [] }: Diagnostic): readonly DocumentFix[] {
  return fixes;
}

function byFile(findings: readonly Diagnostic[]): Map<string, Diagnostic[]> {
  const files = new Map<string, Diagnostic[]>();
  for (const finding of findings) {
    files.set(finding.file, [...(files.get(finding.file) ?? []), finding]);
  }
  return files;
}

/** The repository with these texts replaced. */
export function withTexts(repository: Repository, texts: ReadonlyMap<string, string>): Repository {
  const read = [...repository.texts].map(([name, file]) => {
    const text = texts.get(name);
    return text === undefined ? file : { ...file, text };
  });
  const again = read.filter(({ name }) => texts.has(name)).map(parseManifests);
  const isOfOthers = ({ file }: { file: string }): boolean => !texts.has(file);
  return {
    ...repository,
    texts: new Map(read.map(file => [file.name, file])),
    manifests: inOrder(repository, [
      ...repository.manifests.filter(isOfOthers),
      ...again.flatMap(({ manifests }) => manifests),
    ]),
    problems: inOrder(repository, [
      ...repository.problems.filter(isOfOthers),
      ...again.flatMap(({ problems }) => problems),
    ]),
  };
}

/** Restores the order of the files, because the last of two objects with the same name counts. */
function inOrder<Found extends { file: string }>(
  { files }: Repository,
  found: readonly Found[],
): Found[] {
  const places = new Map(files.map((file, index) => [file, index]));
  return [...found].sort((a, b) => (places.get(a.file) ?? 0) - (places.get(b.file) ?? 0));
}

function isStillThere(
  { code, file, object, field, problem }: Diagnostic,
  findings: readonly Diagnostic[],
): boolean {
  return findings.some(
    other =>
      [other.code, other.file, other.object].join() === [code, file, object].join() &&
      other.field === field &&
      other.problem === problem,
  );
}
