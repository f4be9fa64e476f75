import { resourceName, type ObjectLike } from "../object";

/** The resource that holds credential specs, as API clients and RBAC rules name it. */
export const CREDSPEC_RESOURCE = {
  group: "windows.k8s.io",
  version: "v1",
  plural: "gmsacredentialspecs",
} as const;

/** The kind of these objects. */
export const CREDSPEC_KIND = "GMSACredentialSpec";

/** API groups of early drafts, and common mistakes for the group. */
export const OLD_GROUPS = ["auth.k8s.io", "windows.kubernetes.io", "gmsa.k8s.io", "windows.k8s"];

/** Renders a credential spec as `kubectl -o name` does. */
export function credspecResourceName(name: string): string {
  return resourceName({ group: CREDSPEC_RESOURCE.group, kind: CREDSPEC_KIND, name });
}

/** The versions in its custom resource definition. */
const API_VERSIONS = ["v1", "v1alpha1"].map(version => `${CREDSPEC_RESOURCE.group}/${version}`);

/** Whether an object is a GMSACredentialSpec of either version. */
export function isCredspec(object: ObjectLike): object is ObjectLike & { credspec?: unknown } {
  return object.kind === CREDSPEC_KIND && API_VERSIONS.includes(object.apiVersion);
}
