/**
 * Writes a Zarf package of the installation. Pepr writes one for its own YAML, which lacks the
 * CRDs, the policy and the match conditions.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { stringify } from "yaml";

const ROOT = resolve(__dirname, "../..");

/** The output of a build that the package names. */
export interface Packaged {
  /** Path of the installation's YAML; the package is written next to it. */
  manifest: string;
  /** Folder or archive of the Helm chart. */
  chart: string;
}

/**
 * Writes zarf.yaml with the images in the YAML, by digest if the YAML has one.
 *
 * @returns its path.
 */
export function writeZarf({ manifest, chart }: Packaged): string {
  const { version, description } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    version: string;
    description: string;
  };
  const images = imagesIn(readFileSync(manifest, "utf8"));
  const folder = dirname(manifest);
  const namespace = "pepr-system";
  const file = join(folder, "zarf.yaml");
  const zarf = {
    kind: "ZarfPackageConfig",
    metadata: { name: "gmsa", description, version },
    components: [
      {
        name: "gmsa",
        description: "The installation, as kubectl would apply it",
        default: true,
        images,
        manifests: [{ name: "gmsa", namespace, files: [relative(folder, manifest)] }],
      },
      {
        name: "gmsa-chart",
        description: "The same as a Helm chart, in place of the component gmsa",
        images,
        charts: [{ name: "gmsa", version, namespace, localPath: relative(folder, chart) }],
      },
    ],
  };
  writeFileSync(file, stringify(zarf, { lineWidth: 0, aliasDuplicateObjects: false }));
  return file;
}

function imagesIn(yaml: string): string[] {
  const images = [...yaml.matchAll(/^\s*(?:- )?image: (\S+)$/gm)].map(([, image = ""]) => image);
  return [...new Set(images)];
}
