import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SUMS = "SHA256SUMS";

export function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Writes the hash of each file of a folder, in the format of `sha256sum --check`. */
export function writeChecksums(folder: string): void {
  const names = readdirSync(folder)
    .filter(name => name !== SUMS)
    .sort();
  const lines = names.map(name => `${sha256(join(folder, name))}  ${name}\n`);
  writeFileSync(join(folder, SUMS), lines.join(""));
}
