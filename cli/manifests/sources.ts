/** The input of commands that read many files: paths, -f and -k. */
import { EXIT, Failure } from "../terminal/failure";
import { firstOf, pluralize } from "../../rules/text";
import type { Terminal } from "../terminal/terminal";
import { attempt, readTextFiles, type OnFailure } from "./manifest-files";
import type { TextFile } from "./text-file";
import { isUrl } from "./url-name";
import { addAll, failureProblem, parseManifests } from "./manifests";
import type { Repository } from "./repository/read-repository";

/** The values that the user gives. */
export interface Sources {
  paths: readonly string[];
  filename?: string[];
  recursive?: boolean;
  kustomize?: string[];
  ignore?: string[];
}

/** Reads all sources. A file that cannot be read becomes a finding. */
export async function readSources(sources: Sources): Promise<Repository> {
  const { recursive = false, kustomize = [], ignore = [] } = sources;
  const [paths, filename] = [sources.paths, sources.filename ?? []].map(names =>
    names.filter(name => !isUrl(name)),
  ) as [string[], string[]];
  const urls = [...sources.paths, ...(sources.filename ?? [])].filter(isUrl);
  if ([...paths, ...filename].filter(name => name === "-").length > 1) {
    throw new Failure("stdin can be read only once", "Give - once.", EXIT.usage);
  }
  if (ignore.length > 0 && paths.length === 0) {
    const message = "--ignore is for paths; -f and -k read everything that they name";
    throw new Failure(message, "Name a path: gmsa lint .", EXIT.usage);
  }
  const found = await readPaths(paths, ignore);
  const onFailure: OnFailure = (failure, name) => {
    found.files.push(name);
    found.problems.push(failureProblem(failure, name));
  };
  const files = [
    ...readTextFiles({ filename, recursive }, undefined, onFailure),
    ...(await readKustomizations(kustomize, onFailure)),
  ];
  for (const file of [...files, ...(await readUrls(urls, onFailure))]) {
    found.files.push(file.name);
    found.texts.set(file.name, file);
    addAll(found, parseManifests(file));
  }
  return found;
}

/** Loads the code that starts kubectl or kustomize only if there are folders to render. */
async function readKustomizations(
  folders: readonly string[],
  onFailure: OnFailure,
): Promise<TextFile[]> {
  if (folders.length === 0) return [];
  const { renderKustomization } = await import("./kustomize");
  return folders.flatMap(
    folder => attempt(folder, () => renderKustomization(folder), onFailure) ?? [],
  );
}

async function readUrls(urls: readonly string[], onFailure: OnFailure): Promise<TextFile[]> {
  if (urls.length === 0) return [];
  const { readUrl } = await import("./url");
  const read = await Promise.all(
    urls.map(async (url): Promise<TextFile | undefined> => {
      try {
        return await readUrl(url);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        onFailure(error, url);
        return undefined;
      }
    }),
  );
  return read.filter(file => file !== undefined);
}

/** Loads the code for repositories only if paths are given. */
async function readPaths(paths: readonly string[], ignore: readonly string[]): Promise<Repository> {
  if (paths.length === 0) {
    const none = { manifests: [], problems: [], files: [], skipped: [], charts: [] };
    return { ...none, texts: new Map() };
  }
  const { readRepository } = await import("./repository/read-repository");
  return readRepository({ paths, ignore });
}

/** Whether any source is given. */
export function hasSources({ paths, filename, kustomize }: Sources): boolean {
  return paths.length > 0 || filename !== undefined || kustomize !== undefined;
}

/** Maximum number of charts to list. */
const MOST_CHARTS = 3;

/** Prints what was skipped, and how to check it. */
export function saySkipped(
  terminal: Terminal,
  { skipped, charts }: Pick<Repository, "skipped" | "charts">,
  { command, verbose = false }: { command: string; verbose?: boolean },
): void {
  if (verbose) {
    for (const { file, why } of skipped) terminal.say(`skipped ${file}: ${why}`);
  }
  const [first] = charts;
  if (first === undefined) return;
  terminal.note(
    `${pluralize(charts.length, "Helm chart")} not rendered: ${firstOf(charts, MOST_CHARTS)}` +
      `. Run \`helm template ${first} | gmsa ${command} -f -\`.`,
  );
}

/** Such as `; 7 files skipped (-v lists them)`. Empty if no file was skipped. */
export function skippedNote({ skipped }: Pick<Repository, "skipped">, verbose = false): string {
  if (skipped.length === 0) return "";
  return `; ${pluralize(skipped.length, "file")} skipped${verbose ? "" : " (-v lists them)"}`;
}
