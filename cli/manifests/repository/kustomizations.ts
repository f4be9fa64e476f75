/** Files of a kustomization that are only parts of objects. */
import { dirname, join } from "node:path";
import * as z from "zod/mini";

import { parseYaml } from "../kubectl-yaml";
import type { TextFile } from "../text-file";

const NAMES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

const files = z.catch(z.array(z.catch(z.string(), "")), []);
const patches = z.catch(
  z.array(z.catch(z.object({ path: z.catch(z.string(), "") }), { path: "" })),
  [],
);
const kustomization = z.catch(
  z.object({
    resources: files,
    patchesStrategicMerge: files,
    patchesJson6902: patches,
    patches,
  }),
  { resources: [], patchesStrategicMerge: [], patchesJson6902: [], patches: [] },
);

/** Whether a file of this name is a kustomization. */
export function isKustomization(name: string): boolean {
  return NAMES.includes(name);
}

/** The patches that a kustomization names, as paths relative to the same folder as its own path. */
export function patchesOf({ name, text }: TextFile): string[] {
  const read = kustomization.parse(valueOf(text));
  const named = [
    ...read.patchesStrategicMerge,
    ...[...read.patches, ...read.patchesJson6902].map(({ path }) => path),
  ];
  return named
    .filter(each => each !== "" && !each.includes("\n") && !read.resources.includes(each))
    .map(each => join(dirname(name), each));
}

/** Problems of the file are left to kustomize. */
function valueOf(text: string): unknown {
  try {
    return parseYaml(text, { isLenient: true });
  } catch {
    return undefined;
  }
}
