/** Pins the image of a release by its digest. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

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
