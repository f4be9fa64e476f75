/** The objects of docs/how-to/gitops.md, on a real API server with the CRDs of Argo CD and Flux. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { eventually } from "../../testbed/objects/eventually";
import { hasGo } from "../../testbed/programs/component-crds";
import { readGitopsCrds } from "../../testbed/programs/gitops-crds";
import { describeOnOwnBed } from "../setup/own-bed";

interface Manifest {
  kind: string;
  metadata: { name: string; namespace: string };
  spec: Record<string, unknown>;
}

const PAGE = readFileSync(join(__dirname, "../../docs/how-to/gitops.md"), "utf8");
const MANIFESTS = [...PAGE.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].flatMap(([, yaml = ""]) =>
  parseAllDocuments(yaml).map(document => document.toJS() as Manifest),
);

test("docs/how-to/gitops.md has one object for each way", () => {
  expect(MANIFESTS.map(({ kind }) => kind)).toEqual([
    "Application",
    "GitRepository",
    "HelmRelease",
    "Kustomization",
  ]);
});

(hasGo ? describeOnOwnBed : describe.skip)("the objects of docs/how-to/gitops.md", () => {
  let bed: Bed;

  beforeAll(async () => {
    bed = await startBed();
    for (const crd of await readGitopsCrds()) {
      await bed.kubectl(["create", "-f", "-"], { stdin: JSON.stringify(crd) });
    }
    for (const namespace of new Set(MANIFESTS.map(({ metadata }) => metadata.namespace))) {
      await bed.createNamespace(namespace);
    }
  }, 300_000);

  afterAll(() => bed.stop());

  function create(manifest: Manifest): ReturnType<Bed["kubectl"]> {
    return bed.kubectl(["create", "--dry-run=server", "--validate=strict", "-f", "-"], {
      stdin: JSON.stringify(manifest),
      allowFailure: true,
    });
  }

  test.each(MANIFESTS.map(manifest => [manifest.kind, manifest] as const))(
    "%s is allowed by its CRD, and an additional field is not",
    async (_kind, manifest) => {
      // The API server serves a CRD with a short delay after its creation.
      const answer = await eventually(
        () => create(manifest),
        ({ stderr }) => !/no matches for kind|could not find/.test(stderr),
      );
      expect(answer).toMatchObject({ code: 0, stderr: "" });
      const wrong = { ...manifest, spec: { ...manifest.spec, unknownField: true } };
      expect((await create(wrong)).stderr).toContain("unknownField");
    },
    60_000,
  );
});
