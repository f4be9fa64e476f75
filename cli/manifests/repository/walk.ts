/** The files of a repository: everything below the named paths, except ignored files. */
import { readdirSync, realpathSync, statSync, type Dirent } from "node:fs";
import { extname, join, relative, resolve, sep } from "node:path";

import { Failure } from "../../terminal/failure";
import { attempt, EXTENSIONS, readOrFail, type OnFailure } from "../manifest-files";
import { globOf, type Glob } from "./glob";
import { IgnoreRules } from "./ignore-rules";

/** A file that may hold manifests. */
export interface RepositoryFile {
  /** The name to show. */
  name: string;
  /** The user named the file itself. */
  isNamed: boolean;
  /** The folder of the Helm chart, if the file is one of its templates. */
  chart: string | undefined;
}

/** The files that were found. A broken link is not an error. */
export interface Walked {
  files: RepositoryFile[];
  brokenLinks: string[];
}

/** Folders with the files of others. They are never entered. */
const FOREIGN = [".git", "node_modules"];
const CHART_FILE = "Chart.yaml";

/**
 * Finds files, all files below folders, and the files that patterns such as `apps/**\/*.yaml` match, by name.
 *
 * @param ignored patterns in the form of .gitignore.
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

/** A folder or file during the walk. */
interface Folder {
  name: string;
  /** Its path, which may contain links. */
  path: string;
  /** Its path without links. */
  real: string;
  rules: IgnoreRules | undefined;
  chart: string | undefined;
  /** Selects the files in it. Selects all files if a parent folder is selected. */
  isWanted: (name: string) => boolean;
}

class Walker {
  /** By real path, so that no file is read twice. */
  readonly files = new Map<string, RepositoryFile>();
  readonly brokenLinks: string[] = [];
  readonly #current = process.cwd();
  readonly #options: IgnoreRules;
  /** By real path, so that a cycle of links ends. */
  readonly #entered = new Set<string>();
  /** The folders that were entered for the current path, by real path. */
  readonly #passed = new Set<string>();
  /** Folders behind links come last, so that a file is shown with its real name if possible. */
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

  /** @returns whether the folder was entered before. */
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
    // A pattern selects only some files of a folder. Another pattern may select others.
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
    return entries.filter(isReadable).sort((a, b) => (a.name < b.name ? -1 : 1));
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

/** Whether an entry can hold manifests. To read a named pipe would wait for its writer. */
function isReadable(entry: Dirent): boolean {
  return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
}

/** Undefined for a broken link or a cycle of links. */
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

/** The chart whose templates a folder belongs to. */
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
