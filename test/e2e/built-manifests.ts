/** The objects in the built YAML. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

import { MANIFEST } from "../../testbed/manifests/built-manifest";

/** The YAML as Pepr writes it. */
export const PEPR_MANIFEST = join(__dirname, "../../dist/pepr-module-gmsa.yaml");

/** The fields of an installation's object that tests read. */
export interface Manifest {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  rules?: unknown;
  subjects?: unknown;
  roleRef?: { kind: string; name: string };
}

/** The objects of a YAML file. */
export function readManifests(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(file, "utf8")).map(document => document.toJS() as Manifest);
}

/** The objects of the whole installation. */
export const manifests = readManifests(MANIFEST);

/** The object with this kind and name, if the installation has it. */
export function manifest(kind: string, name: string): Manifest | undefined {
  return manifests.find(object => object.kind === kind && object.metadata.name === name);
}
