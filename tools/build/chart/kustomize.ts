/** What kustomize makes of the installation, without and with each of its components. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";

import { components } from "./components";
import { readObjects, type KubernetesObject } from "./objects";

const run = promisify(execFile);

const ROOT = resolve(__dirname, "../../..");
const LARGEST_OUTPUT = 64 * 1024 * 1024;

/** The installation's objects. */
export interface Rendering {
  /** Without any component. */
  base: readonly KubernetesObject[];
  /** With one component each, and when that is wanted. */
  variants: readonly { condition: string; objects: readonly KubernetesObject[] }[];
}

/**
 * Renders the installation as it is in the tree; `pepr build` must have been run.
 *
 * @param kubectl path or name of kubectl.
 */
export async function renderInstallation(kubectl: string): Promise<Rendering> {
  const base = readObjects(await kustomize(kubectl, ROOT));
  const variants = await Promise.all(
    components.map(async ({ name, condition }) => ({
      condition,
      objects: await withComponent(kubectl, name),
    })),
  );
  return { base, variants };
}

/** `kubectl kustomize`. */
export async function kustomize(kubectl: string, folder: string): Promise<string> {
  const { stdout } = await run(kubectl, ["kustomize", folder], { maxBuffer: LARGEST_OUTPUT });
  return stdout;
}

async function withComponent(kubectl: string, name: string): Promise<KubernetesObject[]> {
  // Kustomize takes no folder below the one that it starts from.
  const folder = mkdtempSync(join(tmpdir(), "gmsa-component-"));
  try {
    const kustomization = {
      resources: [relative(folder, ROOT)],
      components: [relative(folder, join(ROOT, "deploy/components", name))],
    };
    writeFileSync(join(folder, "kustomization.yaml"), stringify(kustomization));
    return readObjects(await kustomize(kubectl, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
