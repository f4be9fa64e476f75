export interface HelmRelease {
  name: string;
  namespace: string;
}

/** The release of an object, from Helm's own annotations. Undefined if there is none. */
export function helmReleaseOf(
  metadata: { annotations?: Record<string, string> } | undefined,
): HelmRelease | undefined {
  const { annotations = {} } = metadata ?? {};
  const name = annotations["meta.helm.sh/release-name"];
  const namespace = annotations["meta.helm.sh/release-namespace"] ?? "";
  return name === undefined ? undefined : { name, namespace };
}
