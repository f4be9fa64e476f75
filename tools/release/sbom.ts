/**
 * Lists the packages whose code is shipped, as a CycloneDX document. Most of package-lock.json
 * serves building and testing. This document lists the contents of the bundles, with data from the
 * lock file. Pepr and its packages are in the image, which another project publishes.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { bundledFiles } from "../build/bundle-cli";

const ROOT = resolve(__dirname, "../..");

/** Fields of an entry in package-lock.json. */
interface Locked {
  version: string;
  integrity?: string;
  license?: string;
}

interface Lock {
  packages: Record<string, Locked>;
}

/** @param time the creation time in the document. */
export async function billOfMaterials(time: Date): Promise<string> {
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as Lock;
  const { name, version, license, description } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  ) as Record<"name" | "version" | "license" | "description", string>;
  const components = (await shippedFolders()).map(folder => componentOf(folder, lock));
  const root = { ...identityOf(name, version), description, ...licenceOf(license) };
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { timestamp: time.toISOString(), component: { type: "application", ...root } },
    components,
    dependencies: [
      { ref: root["bom-ref"], dependsOn: components.map(component => component["bom-ref"]) },
    ],
  };
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(document))}`;
  return `${JSON.stringify({ ...document, serialNumber }, null, 2)}\n`;
}

/** Folders of the packages in the bundles of the webhook and of the command line tool. */
async function shippedFolders(): Promise<string[]> {
  const map = JSON.parse(readFileSync(join(ROOT, "dist/pepr-gmsa.js.map"), "utf8")) as {
    sources: string[];
  };
  const files = [...map.sources, ...(await bundledFiles())];
  return [...new Set(files.flatMap(file => packageFolder(file) ?? []))].sort();
}

/** The folder in node_modules that a file belongs to, as in package-lock.json. */
export function packageFolder(file: string): string | undefined {
  return /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function componentOf(
  folder: string,
  lock: Lock,
): ReturnType<typeof identityOf> & Record<string, unknown> {
  const locked = lock.packages[folder];
  if (locked === undefined) throw new Error(`package-lock.json does not know ${folder}`);
  const { version, integrity = "", license } = locked;
  const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
  const [algorithm, hash = ""] = integrity.split("-");
  return {
    type: "library",
    ...identityOf(name, version),
    ...(algorithm === "sha512"
      ? { hashes: [{ alg: "SHA-512", content: Buffer.from(hash, "base64").toString("hex") }] }
      : {}),
    ...licenceOf(license),
  };
}

function identityOf(
  name: string,
  version: string,
): Record<"bom-ref" | "name" | "version" | "purl", string> {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { "bom-ref": purl, name, version, purl };
}

/** A single licence by its SPDX name, or an expression of several. */
function licenceOf(license: string | undefined): object {
  if (license === undefined) return {};
  const isExpression = /\s/.test(license);
  return { licenses: [isExpression ? { expression: license } : { license: { id: license } }] };
}

/** A UUID (version 8) of the text: equal texts have equal UUIDs. */
function uuidOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
