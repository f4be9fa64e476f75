import { resourceName, type ObjectLike } from "../object";

/** The resource that holds credspecs, as API clients and RBAC rules name it. */
export const CREDSPEC_RESOURCE = {
  group: "windows.k8s.io",
  version: "v1",
  plural: "gmsacredentialspecs",
} as const;

/** The kind of these objects. */
export const CREDSPEC_KIND = "GMSACredentialSpec";

/** Groups of drafts, and what people write instead of the group. */
export const OLD_GROUPS = ["auth.k8s.io", "windows.kubernetes.io", "gmsa.k8s.io", "windows.k8s"];

/** As kubectl prints one with `-o name`. */
export function credspecResourceName(name: string): string {
  return resourceName({ group: CREDSPEC_RESOURCE.group, kind: CREDSPEC_KIND, name });
}

/** The versions that its custom resource definition has. */
const API_VERSIONS = ["v1", "v1alpha1"].map(version => `${CREDSPEC_RESOURCE.group}/${version}`);

/** A GMSACredentialSpec of either version. */
export function isCredspec(object: ObjectLike): object is ObjectLike & { credspec?: unknown } {
  return object.kind === CREDSPEC_KIND && API_VERSIONS.includes(object.apiVersion);
}
