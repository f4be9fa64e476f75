/** The problems of single objects, alone or in combination with others. Used by lint and test. */
import { isDeepStrictEqual } from "node:util";

import { checkCredspecData } from "../../rules/credspec/credspec-data";
import { checkCredspecNamespace } from "../../rules/credspec/credspec-namespace";
import { placeholderName } from "../../rules/credspec/object-name";
import { isCredspec } from "../../rules/credspec/resource";
import {
  checkKind,
  isNearCredspec,
  misplacedContents,
  misplacedProblem,
} from "../../rules/credspec/near-kind";
import { groupOf, isObjectName, type ObjectLike } from "../../rules/object";
import { checkBinding, type BindingLike } from "../../rules/rbac/checks/bindings";
import { KnownRoles, type RoleLike } from "../../rules/rbac/checks/meant-role";
import { checkNonResourceUrls } from "../../rules/rbac/checks/non-resource-urls";
import { checkRbacKind } from "../../rules/rbac/checks/rbac-kind";
import { checkRole } from "../../rules/rbac/checks/roles";
import { RBAC_GROUP } from "../../rules/rbac/rbac-objects";
import { checkNoValue } from "../../rules/pod/checks/no-value";
import {
  checkAlphaAnnotations,
  checkAnnotationsAround,
} from "../../rules/pod/checks/alpha-annotations";
import { identityOf, replacedProblem } from "../../rules/same-object";
import { checkOldWorkload } from "../../rules/workload/checks/old-workload";
import { checkOutsideTemplate } from "../../rules/workload/checks/outside-template";
import { podTemplatesOf, type PodTemplate } from "../../rules/workload/pod-template";
import type { AnyReason, Problem } from "../../rules/problem";
import { diagnosticOf, type Diagnostic } from "./diagnostic";
import { asksForIdentity, lintedPodsOf } from "./manifest-workloads";
import type { Manifest } from "./manifests";

/** The objects of a cluster. May be empty. */
export interface KnownObjects {
  roles: readonly RoleLike[];
  /** Names. Undefined if they are not known. */
  credspecs: readonly string[] | undefined;
}

/** Checks of single objects that need to know all objects. */
export class ObjectChecks {
  /** The last manifest of the same object in the file, for those that are not the last. */
  readonly #last = new Map<Manifest, Manifest>();
  readonly #roles: KnownRoles;
  readonly #credspecs: ReadonlySet<string> | undefined;

  /** @param others existing objects in addition to the manifests, if known. */
  constructor(manifests: readonly Manifest[], others?: KnownObjects) {
    const objects = manifests.map(({ object }) => object);
    const lastOf = new Map<string, Manifest>();
    for (const manifest of [...manifests].reverse()) {
      const key = keyInFile(manifest);
      if (key === undefined) continue;
      const last = lastOf.get(key);
      if (last === undefined) lastOf.set(key, manifest);
      else this.#last.set(manifest, last);
    }
    this.#roles = new KnownRoles([...objects.filter(isRole), ...(others?.roles ?? [])]);
    const names = objects.filter(isCredspec).map(({ metadata }) => metadata?.name ?? "");
    this.#credspecs =
      others?.credspecs === undefined ? undefined : new Set([...names, ...others.credspecs]);
  }

  /**
   * Reports a manifest about GMSA if the same file has another one of the same object, with other contents.
   * Other files may be for other clusters, and Helm deletes a hook before the next one.
   */
  ofSame(manifest: Manifest): Diagnostic[] {
    const last = this.#last.get(manifest);
    if (last === undefined || isSame(last.object, manifest.object)) return [];
    if (isHelmHook(last.object) && isHelmHook(manifest.object)) return [];
    const isOfGmsa = this.#isOfGmsa(manifest.object) || this.#isOfGmsa(last.object);
    return isOfGmsa ? located(manifest, [replacedProblem(manifest.object, last.lineOf())]) : [];
  }

  #isOfGmsa(object: ObjectLike): boolean {
    if (isCredspec(object) || isNearCredspec(object)) return true;
    if (isRole(object)) return this.#roles.isOfUse(object);
    if (isBinding(object)) return this.#roles.meantBy(object) !== undefined;
    return lintedPodsOf(object).some(asksForIdentity);
  }

  /** The problems of an RBAC object. Empty for other objects. */
  ofRbac(manifest: Manifest): Diagnostic[] {
    const { object } = manifest;
    return located(manifest, [
      ...checkRbacKind(object, this.#roles),
      ...(isRole(object)
        ? [...checkRole(object, { names: this.#credspecs }), ...checkNonResourceUrls(object)]
        : []),
      ...(isBinding(object) ? checkBinding(object, this.#roles) : []),
    ]);
  }
}

function isHelmHook({ metadata }: ObjectLike): boolean {
  return Object.keys(metadata?.annotations ?? {}).includes("helm.sh/hook");
}

/** Whether two manifests have the same contents. Versions of one kind convert into each other. */
function isSame(left: ObjectLike, right: ObjectLike): boolean {
  return isDeepStrictEqual({ ...left, apiVersion: "" }, { ...right, apiVersion: "" });
}

/** Undefined for an object without a name. */
function keyInFile({ file, object }: Manifest): string | undefined {
  const identity = identityOf(object);
  return identity === undefined ? undefined : `${file}\n${identity}`;
}

/** Reports credential spec JSON in an object of another kind. */
export function credspecDataFindings(manifest: Manifest): Diagnostic[] {
  return located(manifest, checkCredspecData(manifest.object));
}

/** Reports GMSA settings outside the Pod templates of an object. */
export function outsideFindings(manifest: Manifest): Diagnostic[] {
  return located(manifest, checkOutsideTemplate(manifest.object));
}

/** The problems of a GMSACredentialSpec, or of an object intended as one, outside its contents. */
export function credspecObjectFindings(manifest: Manifest): Diagnostic[] {
  const { object } = manifest;
  if (!isCredspec(object) && !isNearCredspec(object)) return [];
  const misplaced = misplacedContents(object);
  return [
    ...located(manifest, [...checkKind(object), ...checkCredspecNamespace(object)]),
    ...(misplaced === undefined ? [] : located(manifest, [misplacedProblem(misplaced)])),
  ];
}

/** The parts of a workload that have no effect: settings of earlier versions, and fields without a value. */
export function oldWaysFindings(manifest: Manifest): Diagnostic[] {
  const { object } = manifest;
  const annotations = podTemplatesOf(object).flatMap(({ path, pod }) => [
    ...annotationsAround(manifest, { path, pod }),
    ...[...checkAlphaAnnotations(pod), ...checkNoValue(pod)].map(problem =>
      diagnosticOf(manifest, problem, path),
    ),
  ]);
  const asks = lintedPodsOf(object).some(asksForIdentity);
  return [...(asks ? located(manifest, checkOldWorkload(object)) : []), ...annotations];
}

/** Annotations of a workload that belong to its Pods. */
export function annotationsAround(manifest: Manifest, { path, pod }: PodTemplate): Diagnostic[] {
  const isEmpty = manifest.object.metadata?.annotations === undefined;
  return path.length === 0 || isEmpty
    ? []
    : located(manifest, checkAnnotationsAround(manifest.object, pod));
}

/** The problem of a name that is invalid, or is a placeholder. */
export function nameProblem(
  name: string,
  suggestion: () => string,
): Problem<"object name"> | undefined {
  const placeholder = placeholderName(name);
  if (placeholder !== undefined || isObjectName(name)) return placeholder;
  return {
    level: "error",
    reason: "object name",
    places: [{ path: ["metadata", "name"], text: "metadata.name" }],
    problem: `not a name for an object: "${name}"`,
    remedy: suggestion(),
  };
}

function located(manifest: Manifest, problems: readonly Problem<AnyReason>[]): Diagnostic[] {
  return problems.map(problem => diagnosticOf(manifest, problem));
}

function isRole(object: ObjectLike): object is RoleLike {
  return groupOf(object) === RBAC_GROUP && ["Role", "ClusterRole"].includes(object.kind);
}

function isBinding(object: ObjectLike): object is BindingLike {
  return (
    groupOf(object) === RBAC_GROUP && ["RoleBinding", "ClusterRoleBinding"].includes(object.kind)
  );
}
