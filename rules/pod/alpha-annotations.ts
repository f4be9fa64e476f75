/** The annotations with which Pods requested GMSA in Kubernetes 1.14 and 1.15. */
import type { PodLike } from "./windows-options";

const FORM =
  /^(?:pod|(?:(.+)\.)?container)\.alpha\.windows\.kubernetes\.io\/gmsa-credential-spec(-name)?$/;

/** One of these annotations. */
export interface AlphaAnnotation {
  key: string;
  /** The name of the container; empty for the Pod. */
  container: string;
  /** Whether it names a credential spec. Otherwise it holds contents. */
  isName: boolean;
  value: string;
}

/** Returns the alpha annotations of a Pod. */
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
