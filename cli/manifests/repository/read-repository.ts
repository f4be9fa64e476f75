/** Reads the objects of a whole repository, and skips all other files. */
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";

import type { Failure } from "../../terminal/failure";
import { documentsIn, isTemplate } from "../documents";
import { attempt, readTextFile, type OnFailure } from "../manifest-files";
import { addAll, failureProblem, manifestsOf, parseManifests, type Manifests } from "../manifests";
import { UndecodableText, type TextFile } from "../text-file";
import { isKustomization, patchesOf } from "./kustomizations";
import { describe, mayHoldObjects, otherKindOf } from "./not-manifests";
import { walk, type RepositoryFile } from "./walk";

/** A file without objects for a cluster. */
export interface Skipped {
  file: string;
  /** A noun phrase, such as `the description of a Helm chart`. */
  why: string;
}

/** The contents of a repository. */
export interface Repository extends Manifests {
  /** Every file that was read. */
  files: string[];
  /** The texts of files with objects, by name. */
  texts: Map<string, TextFile>;
  skipped: Skipped[];
  /** Folders of the Helm charts whose templates were skipped. */
  charts: string[];
}

/** The paths to read. `-` means stdin. */
export interface RepositoryOptions {
  paths: readonly string[];
  ignore?: readonly string[];
}

/** Does not throw for a file: a file that cannot be read becomes a finding. */
export function readRepository({ paths, ignore = [] }: RepositoryOptions): Repository {
  const found: Repository = {
    ...{ manifests: [], problems: [], files: [], skipped: [], charts: [] },
    texts: new Map(),
  };
  const onFailure: OnFailure = (failure, name) => {
    found.files.push(name);
    found.problems.push(failureProblem(failure, name));
  };
  const stdin = paths.filter(path => path === "-");
  const { files, brokenLinks } = walk(
    paths.filter(path => path !== "-"),
    ignore,
    onFailure,
  );
  found.skipped.push(...brokenLinks.map(file => ({ file, why: "a broken link" })));
  const texts = [...stdin.map(asNamed), ...files].flatMap(file => {
    const text = attempt(
      file.name,
      () => readTextFile(file.name),
      (failure, name) => {
        if (isOtherThanText(failure, file)) found.skipped.push({ file: name, why: "not text" });
        else onFailure(failure, name);
      },
    );
    return text === undefined ? [] : { ...file, ...text };
  });
  const kustomizations = texts.filter(({ name }) => isKustomization(basename(name)));
  const patches = new Set(kustomizations.flatMap(patchesOf));
  for (const file of texts) {
    found.files.push(file.name);
    addFile(found, file, patches);
  }
  found.charts = [...new Set(found.charts)];
  return found;
}

/** A file with an unknown encoding matters only if it may hold an object. */
function isOtherThanText(failure: Failure, { name, isNamed }: RepositoryFile): boolean {
  const isBinary = failure instanceof UndecodableText;
  return isBinary && !isNamed && !mayHoldObjects(readFileSync(name, "latin1"));
}

function asNamed(name: string): RepositoryFile {
  return { name, isNamed: true, chart: undefined };
}

type RepositoryText = RepositoryFile & TextFile;

function addFile(found: Repository, file: RepositoryText, patches: ReadonlySet<string>): void {
  const { name, text } = file;
  if (file.isNamed) {
    found.texts.set(name, file);
    addAll(found, parseManifests(file));
    return;
  }
  const why = reasonUnread(file, patches);
  if (why !== undefined) {
    if (file.chart !== undefined && isTemplate(text)) found.charts.push(file.chart);
    found.skipped.push({ file: name, why });
    return;
  }
  const documents = documentsIn(text);
  const other = otherKindOf(name, text, documents);
  if (other === undefined) {
    found.texts.set(name, file);
    addAll(found, manifestsOf(name, documents));
  } else {
    found.skipped.push({ file: name, why: other });
  }
}

/** Why a file is skipped without being parsed. */
function reasonUnread(
  { name, text, chart }: RepositoryText,
  patches: ReadonlySet<string>,
): string | undefined {
  if (chart !== undefined && isTemplate(text)) return "a Helm template";
  if (patches.has(name)) {
    return `a patch of the kustomization in ${dirname(name)}; lint the output of \`kubectl kustomize\``;
  }
  return mayHoldObjects(text) ? undefined : describe(name, text);
}
