import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { isMap, parseAllDocuments } from "yaml";

/**
 * Turns the installation into that of another build: the module's code differs, and therefore its
 * hash, its Secret and its Pod template. Nothing else changes.
 *
 * @param manifest YAML of the whole installation.
 * @param mark text that distinguishes this build from others.
 * @throws if the installation does not contain a module.
 */
export function anotherBuild(manifest: string, mark: string): string {
  const secret = parseAllDocuments(manifest).find(
    document =>
      document.get("kind") === "Secret" &&
      String(document.getIn(["metadata", "name"])).startsWith("pepr-gmsa-module"),
  );
  const data = secret?.get("data");
  const [entry] = isMap(data) ? data.items : [];
  const hash = /^module-([0-9a-f]{64})\.js\.gz$/.exec(String(entry?.key))?.[1];
  if (hash === undefined) throw new Error("the installation holds no module");
  const packed = String(entry?.value);
  const code = Buffer.concat([
    gunzipSync(Buffer.from(packed, "base64")),
    Buffer.from(`\n// ${mark}\n`),
  ]);
  const otherHash = createHash("sha256").update(code).digest("hex");
  return manifest.replaceAll(hash, otherHash).replace(packed, gzipSync(code).toString("base64"));
}
