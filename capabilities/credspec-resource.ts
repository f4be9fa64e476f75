/** The resource that holds credspecs, as API clients and RBAC rules name it. */
export const CREDSPEC_RESOURCE = {
  group: "windows.k8s.io",
  version: "v1",
  plural: "gmsacredentialspecs",
} as const;

/** The kind of these objects. */
export const CREDSPEC_KIND = "GMSACredentialSpec";
