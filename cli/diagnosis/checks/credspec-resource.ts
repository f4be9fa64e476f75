import { CREDSPEC_RESOURCE } from "../../../rules/credspec/resource";
import { check, fail, pass } from "../report/check";
import { applyAdvice } from "./apply-advice";

const RESOURCE = `${CREDSPEC_RESOURCE.plural}.${CREDSPEC_RESOURCE.group}`;
/** The versions of kubernetes-sigs/windows-gmsa. Manifests of both exist. */
const VERSIONS = ["v1", "v1alpha1"];

/** Checks that the API server serves credential specs in both versions. */
export const credspecResource = check({
  name: "credspec-resource",
  title: "the CustomResourceDefinition is served in v1 and v1alpha1",
  needs: ["servedVersions", "installed"],
  judge({ servedVersions, installed }) {
    const missing = VERSIONS.filter(version => !servedVersions.includes(version));
    if (missing.length === 0) return [pass(`${RESOURCE} is served as ${VERSIONS.join(" and ")}`)];
    return [
      fail(
        `${RESOURCE} is not served as ${missing.join(" and ")}`,
        `${applyAdvice(installed)} If it exists, run \`kubectl describe crd ${RESOURCE}\` to see why it is not served.`,
        missing.includes("v1") ? "refused" : undefined,
      ),
    ];
  },
});
