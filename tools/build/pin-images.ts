/** Pins the image of a build by its digest before a release, if the registry is reachable. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

import { digestOf, parseImage, type RegistryOptions } from "./image-digest";
import { writeZarf } from "./zarf";

/** The files of a build that name the image. */
export interface Built {
  /** Path of the installation's YAML. */
  manifest: string;
  /** Folder of the Helm chart. */
  chart: string;
}

const IMAGE = /^(\s*(?:- )?image: )(\S+)$/gm;

/** @throws Error unless there is exactly one image. @returns its name in the YAML. */
export function imageOf(yaml: string): string {
  const images = new Set([...yaml.matchAll(IMAGE)].map(([, , image = ""]) => image));
  const [image, ...others] = images;
  if (image === undefined || others.length > 0) {
    throw new Error(`one image is to be pinned, and there are: ${[...images].join(", ")}`);
  }
  return image;
}

/** Adds this digest to the images of a YAML file. */
export function withDigest(yaml: string, digest: string): string {
  return yaml.replaceAll(IMAGE, `$1$2@${digest}`);
}

/** Writes the digest into the values of a chart. */
export function pinChart(chart: string, digest: string): void {
  const values = join(chart, "values.yaml");
  const document = parseDocument(readFileSync(values, "utf8"), { version: "1.1" });
  document.setIn(["image", "digest"], document.createNode(digest));
  writeFileSync(values, document.toString({ lineWidth: 0 }));
}

/**
 * Adds the digest to the image in the YAML, in the chart's values and in the Zarf package.
 *
 * @returns one line that reports how the image is pinned.
 * @throws Error if the registry does not have the image, or unless there is exactly one image
 */
export async function pinImages(
  { manifest, chart }: Built,
  options: RegistryOptions = {},
): Promise<string> {
  const text = readFileSync(manifest, "utf8");
  const image = imageOf(text);
  const answer = await digestOf(parseImage(image), options);
  if ("unreachable" in answer) return `${image} is pinned by its tag alone: ${answer.unreachable}`;
  const { digest } = answer;
  writeFileSync(manifest, withDigest(text, digest));
  pinChart(chart, digest);
  writeZarf({ manifest, chart });
  return `${image} is pinned by its digest, ${digest}`;
}
