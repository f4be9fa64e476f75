/** The annotations by which Pods asked for GMSA in Kubernetes 1.14 and 1.15. */
import type { PodLike } from "./windows-options";

const FORM =
  /^(?:pod|(?:(.+)\.)?container)\.alpha\.windows\.kubernetes\.io\/gmsa-credential-spec(-name)?$/;

/** One of them. */
export interface AlphaAnnotation {
  key: string;
  /** Empty for the Pod. */
  container: string;
  /** It names a credential spec; the other holds contents. */
  isName: boolean;
  value: string;
}

/** Those of a Pod. */
export function alphaAnnotationsOf({ metadata }: Pick<PodLike, "metadata">): AlphaAnnotation[] {
  const annotations: unknown = metadata?.annotations;
  if (typeof annotations !== "object" || annotations === null) return [];
  return Object.entries(annotations as Record<string, unknown>).flatMap(([key, value]) => {
    const found = FORM.exec(key);
    return found === null
      ? []
      : {
          key,
          container: found[1] ?? "",
          isName: found[2] !== undefined,
          value: typeof value === "string" ? value : "",
        };
  });
}
