/** Pins the image of a build that is to be released by its digest, where the registry can be asked. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

import { digestOf, parseImage, type RegistryOptions } from "./image-digest";

/** What a build leaves that names the image. */
export interface Built {
  /** Path of the installation's YAML. */
  manifest: string;
  /** Folder of the Helm chart. */
  chart: string;
}

const IMAGE = /^(\s*(?:- )?image: )(\S+)$/gm;

/**
 * Adds the digest to the image in the YAML and to the chart's values.
 *
 * @returns one line that says how the image is pinned.
 * @throws Error if the registry has no such image, or if there is not exactly one image
 */
export async function pinImages(
  { manifest, chart }: Built,
  options: RegistryOptions = {},
): Promise<string> {
  const text = readFileSync(manifest, "utf8");
  const images = new Set([...text.matchAll(IMAGE)].map(([, , image = ""]) => image));
  const [image, ...others] = images;
  if (image === undefined || others.length > 0) {
    throw new Error(`one image is to be pinned, and ${manifest} has: ${[...images].join(", ")}`);
  }
  const answer = await digestOf(parseImage(image), options);
  if ("unreachable" in answer) return `${image} is pinned by its tag alone: ${answer.unreachable}`;
  const { digest } = answer;
  writeFileSync(manifest, text.replaceAll(IMAGE, `$1$2@${digest}`));
  const values = join(chart, "values.yaml");
  const document = parseDocument(readFileSync(values, "utf8"), { version: "1.1" });
  document.setIn(["image", "digest"], document.createNode(digest));
  writeFileSync(values, document.toString({ lineWidth: 0 }));
  return `${image} is pinned by its digest, ${digest}`;
}
