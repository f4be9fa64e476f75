/**
 * Runs as part of `npm version VERSION`, after npm has updated package.json. Updates the label in
 * kustomization.yaml, the only other place with the version. Everything else is generated from
 * these two.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { version } from "../../package.json";

const LABEL = /^(\s+app\.kubernetes\.io\/version:) .*$/gm;

/** @throws Error unless the label occurs exactly once */
export function withVersion(kustomization: string, newVersion: string): string {
  const found = kustomization.match(LABEL) ?? [];
  if (found.length !== 1) {
    throw new Error(
      `kustomization.yaml has ${found.length} labels app.kubernetes.io/version, not 1`,
    );
  }
  return kustomization.replace(LABEL, `$1 ${newVersion}`);
}

if (require.main === module) {
  const file = resolve(__dirname, "../../kustomization.yaml");
  writeFileSync(file, withVersion(readFileSync(file, "utf8"), version));
}
