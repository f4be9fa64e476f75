/**
 * Writes the YAML files and the chart of a release, which users apply without a clone of the
 * repository.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { components } from "../../testbed/manifests/overlay";
import { kustomize, renderWith } from "../../testbed/manifests/rendering";
import { findKubectl } from "../build/find-kubectl";
import { imageOf, pinChart, withDigest } from "../build/pin-images";
import { writeZarf } from "../build/zarf";
import { writeArchive } from "./archive";

const ROOT = resolve(__dirname, "../..");

/** How to create the manifests from the build in dist/. */
export interface ManifestOptions {
  folder: string;
  version: string;
  time: Date;
  /** Digest of the image, such as sha256:…; without it, images are named by their tag. */
  imageDigest?: string;
}

/** Writes all YAML files, the chart, and the Zarf package of both. @returns the name of the image in them. */
export async function writeManifests(options: ManifestOptions): Promise<string> {
  const { folder, imageDigest } = options;
  const kubectl = await findKubectl();
  const installation = readFileSync(join(ROOT, "dist/gmsa.yaml"), "utf8");
  const pinned = (yaml: string): string =>
    imageDigest === undefined ? yaml : withDigest(yaml, imageDigest);
  const manifest = join(folder, "gmsa.yaml");
  writeFileSync(manifest, pinned(installation));
  await Promise.all(
    components.map(async name => {
      const yaml = await renderWith([name], kubectl);
      writeFileSync(join(folder, `gmsa-with-${name}.yaml`), pinned(yaml));
    }),
  );
  const uninstall = await kustomize(join(ROOT, "deploy/uninstall"), kubectl);
  writeFileSync(join(folder, "uninstall.yaml"), uninstall);
  writeZarf({ manifest, chart: await writeChart(options) });
  const image = imageOf(installation);
  return imageDigest === undefined ? image : `${image}@${imageDigest}`;
}

/** @returns the path of the archive. */
async function writeChart(options: ManifestOptions): Promise<string> {
  const { folder, version, time, imageDigest } = options;
  const contents = mkdtempSync(join(tmpdir(), "gmsa-chart-"));
  try {
    cpSync(join(ROOT, "dist/chart/gmsa"), contents, { recursive: true });
    if (imageDigest !== undefined) pinChart(contents, imageDigest);
    const archive = join(folder, `gmsa-chart-${version}.tgz`);
    await writeArchive(archive, { folder: contents, prefix: "gmsa", time });
    return archive;
  } finally {
    rmSync(contents, { recursive: true, force: true });
  }
}
