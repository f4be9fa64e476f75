/** The kustomizations can be read by every supported version of kubectl. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

const ROOT = join(__dirname, "../..");

interface Kustomization {
  patches?: { path?: string; patch?: string }[];
}

const kustomizations = execFileSync("git", ["ls-files", "*kustomization.yaml"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter(file => file !== "");

/** The texts of its patches, each with its file. */
function patchesOf(file: string): [where: string, text: string][] {
  const { patches = [] } = parse(readFileSync(join(ROOT, file), "utf8")) as Kustomization;
  return patches.map(({ path, patch = "" }) =>
    path === undefined
      ? [file, patch]
      : [join(dirname(file), path), readFileSync(join(ROOT, dirname(file), path), "utf8")],
  );
}

// kubectl 1.30 has kustomize 5.0.4, which fails with "unable to parse SM or JSON patch" otherwise.
test("each patch is about one object", () => {
  const patches = kustomizations.flatMap(patchesOf);
  expect(patches.length).toBeGreaterThan(30);
  const several = patches.filter(([, text]) => parseAllDocuments(text).length !== 1);
  expect(several.map(([where]) => where)).toEqual([]);
});
