/** The files of a repository: everything below the paths that somebody names, but what is ignored. */
import { readdirSync, realpathSync, statSync, type Dirent } from "node:fs";
import { extname, join, relative, resolve, sep } from "node:path";

import { Failure } from "../../terminal/failure";
import { attempt, EXTENSIONS, readOrFail, type OnFailure } from "../manifest-files";
import { globOf, type Glob } from "./glob";
import { IgnoreRules } from "./ignore-rules";

/** A file that may hold manifests. */
export interface RepositoryFile {
  /** As it is shown. */
  name: string;
  /** It was named itself, not found. */
  isNamed: boolean;
  /** The folder of the Helm chart of which it is a template. */
  chart: string | undefined;
}

/** What leads nowhere is no file, and no reason to stop. */
export interface Walked {
  files: RepositoryFile[];
  brokenLinks: string[];
}

/** Never entered: what is in there is of others. */
const FOREIGN = [".git", "node_modules"];
export const CHART_FILE = "Chart.yaml";

/**
 * Files, all that is below folders, and what patterns such as `apps/**\/*.yaml` match, by name.
 *
 * @param ignored patterns as in a .gitignore.
 */
export function walk(
  paths: readonly string[],
  ignored: readonly string[],
  onFailure: OnFailure,
): Walked {
  const walker = new Walker(ignored, onFailure);
  for (const path of paths) {
    walker.add(path);
  }
  return { files: [...walker.files.values()], brokenLinks: walker.brokenLinks };
}

/** A folder on the way, or a file. */
interface Folder {
  name: string;
  /** Where it is, by the links that lead there. */
  path: string;
  /** Where it is in truth. */
  real: string;
  rules: IgnoreRules | undefined;
  chart: string | undefined;
  /** What of it is wanted; everything once a folder above is. */
  isWanted: (name: string) => boolean;
}

class Walker {
  /** By where they are in truth: no file is read twice. */
  readonly files = new Map<string, RepositoryFile>();
  readonly brokenLinks: string[] = [];
  readonly #current = process.cwd();
  readonly #options: IgnoreRules;
  /** By where they are in truth, so that a link that leads back ends there. */
  readonly #entered = new Set<string>();
  /** The same of what is looked at for one path. */
  readonly #passed = new Set<string>();
  /** Folders that links lead to come last: what is there in truth is shown by its own name. */
  readonly #linked: Folder[] = [];

  constructor(
    ignored: readonly string[],
    private readonly onFailure: OnFailure,
  ) {
    this.#options = IgnoreRules.ofOption(ignored, this.#current);
  }

  add(path: string): void {
    attempt(
      path,
      () => {
        const glob = this.#exists(path) ? undefined : globOf(path);
        const name = join(glob?.folder ?? path);
        if (readOrFail(name, () => statSync(name)).isDirectory()) {
          this.#addFolder(path, name, glob);
        } else {
          this.#addFile(realpathSync(name), { name, isNamed: true, chart: undefined });
        }
      },
      this.onFailure,
    );
  }

  #addFolder(path: string, name: string, glob: Glob | undefined): void {
    const before = this.files.size;
    const wasEntered = this.#enterFrom(name, glob?.isMatch ?? (() => true));
    if (this.files.size === before && !wasEntered) throw nothingIn(path, glob !== undefined);
  }

  #exists(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  }

  /** @returns whether it was entered before. */
  #enterFrom(name: string, isWanted: (name: string) => boolean): boolean {
    const real = realpathSync(name);
    if (this.#entered.has(real)) return true;
    this.#passed.clear();
    const path = resolve(name);
    const rules = IgnoreRules.above(path, this.#current);
    this.#enter({ name, path, real, rules, chart: chartAbove(name), isWanted });
    for (let next = this.#linked.shift(); next !== undefined; next = this.#linked.shift()) {
      this.#enter(next);
    }
    return false;
  }

  #enter(folder: Folder): void {
    const { name, path, real } = folder;
    if (this.#entered.has(real) || this.#passed.has(real)) return;
    this.#passed.add(real);
    const entries = this.#entriesOf(name);
    // A pattern chooses among what is there; another may choose the rest.
    if (folder.isWanted(name)) this.#entered.add(real);
    const names = new Set(entries.map(entry => entry.name));
    const rules = IgnoreRules.in(path, names, folder.rules);
    for (const entry of entries) {
      if (!FOREIGN.includes(entry.name)) this.#addEntry(entry, { ...folder, rules }, names);
    }
  }

  #entriesOf(name: string): Dirent[] {
    const read = (): Dirent[] => readOrFail(name, () => readdirSync(name, { withFileTypes: true }));
    const entries = attempt(name, read, this.onFailure) ?? [];
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #addEntry(entry: Dirent, folder: Folder, names: ReadonlySet<string>): void {
    const name = join(folder.name, entry.name);
    const path = join(folder.path, entry.name);
    const target = targetOf(entry, name, folder);
    if (target === undefined) {
      if (folder.isWanted(name)) this.brokenLinks.push(name);
      return;
    }
    const { real, isFolder } = target;
    if (this.#isIgnored(path, isFolder, folder.rules)) return;
    const chart = entry.name === "templates" && names.has(CHART_FILE) ? folder.name : folder.chart;
    const isWanted = folder.isWanted(name) ? (): boolean => true : folder.isWanted;
    const next = { name, path, real, rules: folder.rules, chart, isWanted };
    if (!isFolder) this.#addFound(next);
    else if (entry.isSymbolicLink()) this.#linked.push(next);
    else this.#enter(next);
  }

  #addFound({ name, real, chart, isWanted }: Folder): void {
    const isManifest = EXTENSIONS.includes(extname(name).toLowerCase());
    if (isManifest && isWanted(name)) this.#addFile(real, { name, isNamed: false, chart });
  }

  #isIgnored(path: string, isFolder: boolean, rules: IgnoreRules | undefined): boolean {
    return this.#options.isIgnored(path, isFolder) || rules?.isIgnored(path, isFolder) === true;
  }

  #addFile(real: string, file: RepositoryFile): void {
    const before = this.files.get(real);
    if (before === undefined) this.files.set(real, file);
    else before.isNamed ||= file.isNamed;
  }
}

/** Undefined for a link that leads nowhere, or only to links. */
function targetOf(
  entry: Dirent,
  name: string,
  folder: Folder,
): { real: string; isFolder: boolean } | undefined {
  if (!entry.isSymbolicLink()) {
    return { real: join(folder.real, entry.name), isFolder: entry.isDirectory() };
  }
  try {
    return { real: realpathSync(name), isFolder: statSync(name).isDirectory() };
  } catch {
    return undefined;
  }
}

/** The chart of whose templates a folder is one. */
function chartAbove(name: string): string | undefined {
  const parts = resolve(name).split(sep);
  for (let index = parts.lastIndexOf("templates"); index > 0; index--) {
    if (parts[index] !== "templates") continue;
    const chart = parts.slice(0, index).join(sep);
    const isChart = statSync(join(chart, CHART_FILE), { throwIfNoEntry: false }) !== undefined;
    if (isChart) return relative(process.cwd(), chart) || ".";
  }
  return undefined;
}

function nothingIn(path: string, isGlob: boolean): Failure {
  return isGlob
    ? new Failure(`${path} matches no file that ends with ${EXTENSIONS.join(", ")}`)
    : new Failure(
        `${path} does not contain a file that ends with ${EXTENSIONS.join(", ")}`,
        "Files that .gitignore, .gmsaignore and --ignore leave out do not count.",
      );
}
