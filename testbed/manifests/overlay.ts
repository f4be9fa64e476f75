/** Overlays that combine the installation with components, as users write them. */
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { stringify } from "yaml";

const ROOT = resolve(__dirname, "../..");
const COMPONENTS = join(ROOT, "deploy/components");

/** The names of all shipped components. */
export const components: readonly string[] = readdirSync(COMPONENTS).sort();

/** All components that work together: restricted-namespace and host-network exclude each other. */
const together = components.filter(name => name !== "host-network");

/** The combinations that tests use: none, each alone, and all of them in two orders. */
export const combinations: readonly { title: string; with: readonly string[] }[] = [
  { title: "the default installation", with: [] },
  ...components.map(name => ({ title: `component ${name}`, with: [name] })),
  { title: "all components at once", with: together },
  { title: "all components the other way round", with: [...together].reverse() },
];

/** A folder with a kustomization.yaml. */
export interface Overlay {
  dir: string;
  remove(): void;
}

/**
 * Writes an overlay of the whole installation next to the repository, where users keep theirs.
 * @param names of components, in the order in which they are applied
 */
export function writeOverlay(names: readonly string[]): Overlay {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "gmsa-overlay-")));
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: [relative(dir, ROOT)],
    components: names.map(name => relative(dir, join(COMPONENTS, name))),
  };
  writeFileSync(join(dir, "kustomization.yaml"), stringify(kustomization));
  return {
    dir,
    remove: () => {
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
