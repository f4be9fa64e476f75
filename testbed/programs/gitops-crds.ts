/** The CRDs of Argo CD and Flux objects that install something, as these projects release them. */
import { join } from "node:path";
import type { V1CustomResourceDefinition } from "@kubernetes/client-node";

import { readCrdsOf } from "./component-crds";

/** Its go.sum has the hashes of these modules. */
const MODULE_DIR = join(__dirname, "gitops-crds");

const FILES: Readonly<Record<string, readonly string[]>> = {
  "github.com/argoproj/argo-cd/v3@v3.3.0": ["manifests/crds/application-crd.yaml"],
  "github.com/fluxcd/helm-controller@v1.4.0": [
    "config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml",
  ],
  "github.com/fluxcd/kustomize-controller@v1.9.0": [
    "config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml",
  ],
  "github.com/fluxcd/source-controller@v1.7.0": [
    "config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml",
    "config/crd/bases/source.toolkit.fluxcd.io_ocirepositories.yaml",
  ],
};

/** @throws if Go cannot download them */
export function readGitopsCrds(): Promise<V1CustomResourceDefinition[]> {
  return readCrdsOf(FILES, MODULE_DIR);
}
