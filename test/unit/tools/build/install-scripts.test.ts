import { readFileSync } from "node:fs";
import { join } from "node:path";

import { allowScripts } from "../../../../package.json";

const ROOT = join(__dirname, "../../../..");

test("npm ci has no install script left to warn about", () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const withScripts = Object.entries(packages)
    .filter(([, { hasInstallScript = false }]) => hasInstallScript)
    .map(([folder]) => folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length));
  // Each package in this list works without its script.
  expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScripts)].sort());
});
