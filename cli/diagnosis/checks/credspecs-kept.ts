import { helmReleaseOf } from "../../manifests/installation/helm-release";
import type { PlainObject } from "../../manifests/installation/plain-object";
import type { InstallationState } from "../../inspect/state";
import { CREDSPEC_RESOURCE } from "../../../rules/credspec/resource";
import { check, unlessWrong, warn, type Observed } from "../report/check";
import { observeObjects } from "./shipped-objects";

const CRD = `${CREDSPEC_RESOURCE.plural}.${CREDSPEC_RESOURCE.group}`;
const OBJECT = `CustomResourceDefinition/${CRD}`;
/** The annotation that `gmsa-keep-credspecs` requires; see deploy/policy. */
const MAY_BE_DELETED = "gmsa.pepr.dev/delete-credspecs";
const GUARD = /^ValidatingAdmissionPolicy(Binding)?\/gmsa-keep-credspecs$/;
const UNGUARDED =
  "the CustomResourceDefinition can be deleted by mistake, with every credential spec";
const LOST = "the CustomResourceDefinition is deleted, and with it every credential spec";

/**
 * Checks that nothing deletes the CustomResourceDefinition, and with it all credential specs, as a side
 * effect.
 */
export const credspecsKept = check({
  name: "credspecs-kept",
  title: "the CustomResourceDefinition is protected, and does not belong to another installation",
  needs: ["installed"],
  judge: ({ installed }) =>
    unlessWrong(
      [
        ...observeObjects(
          installed,
          ({ object }) => GUARD.test(object),
          () => ({ level: "warn", consequence: UNGUARDED }),
        ),
        ...ofCrd(installed.objects[OBJECT], installed.objects),
      ],
      "the CustomResourceDefinition is protected, and does not belong to another installation",
    ),
});

function ofCrd(
  crd: PlainObject | undefined,
  objects: InstallationState["installed"]["objects"],
): Observed[] {
  const { annotations = {} } = crd?.metadata ?? {};
  const release = releaseOf(crd);
  const isOther = release !== "" && release !== releaseOf(objects["Deployment/pepr-gmsa"]);
  return [
    ...(isOther && annotations["helm.sh/resource-policy"] !== "keep"
      ? [
          warn(
            `${OBJECT} belongs to the Helm release ${release}: when that is uninstalled, ${LOST}`,
            'Remove it from that release: see `gmsa explain migration`, section "The CRD of another Helm release".',
          ),
        ]
      : []),
    ...ownersOf(crd).map(owner =>
      warn(
        `${OBJECT} is owned by ${owner}: when that is deleted, ${LOST}`,
        `Run \`kubectl edit crd ${CRD}\`, and remove the owner from metadata.ownerReferences.`,
      ),
    ),
    ...(annotations[MAY_BE_DELETED] === "true"
      ? [
          warn(
            `${OBJECT} has the annotation ${MAY_BE_DELETED}=true: ${UNGUARDED}`,
            `Run \`kubectl annotate crd ${CRD} ${MAY_BE_DELETED}-\` to remove it.`,
          ),
        ]
      : []),
  ];
}

/** The release name as in `helm list -A`; "" if there is none. */
function releaseOf(object: PlainObject | undefined): string {
  const release = helmReleaseOf(object?.metadata);
  return release === undefined ? "" : `${release.namespace}/${release.name}`;
}

function ownersOf(crd: PlainObject | undefined): string[] {
  const { ownerReferences = [] } = (crd?.metadata ?? {}) as {
    ownerReferences?: { kind: string; name: string }[];
  };
  return ownerReferences.map(({ kind, name }) => `${kind}/${name}`);
}
