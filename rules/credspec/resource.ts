import type { ObjectLike } from "../object";

/** The resource that holds credspecs, as API clients and RBAC rules name it. */
export const CREDSPEC_RESOURCE = {
  group: "windows.k8s.io",
  version: "v1",
  plural: "gmsacredentialspecs",
} as const;

/** The kind of these objects. */
export const CREDSPEC_KIND = "GMSACredentialSpec";

/** The versions that its custom resource definition has. */
const API_VERSIONS = ["v1", "v1alpha1"].map(version => `${CREDSPEC_RESOURCE.group}/${version}`);

/** A GMSACredentialSpec of either version. */
export function isCredspec(object: ObjectLike): object is ObjectLike & { credspec?: unknown } {
  return object.kind === CREDSPEC_KIND && API_VERSIONS.includes(object.apiVersion);
}
