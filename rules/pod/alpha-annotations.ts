/** The annotations with which Pods requested GMSA in Kubernetes 1.14 and 1.15. */
import type { PodLike } from "./windows-options";

const FORM =
  /^(?:pod|(?:(.+)\.)?container)\.alpha\.windows\.kubernetes\.io\/gmsa-credential-spec(-name)?$/;

/**
 * Annotations that resemble them: with a stage other than alpha, in another case, with underscores, or
 * without the prefix. An annotation with any other prefix belongs to another project.
 */
const NEAR =
  /^(?:[^/]*(?:windows|kubernetes\.io|k8s\.io)[^/]*\/)?(?:windows[-_])?gmsa[-_]cred(?:ential)?[-_]?spec([-_]name)?$/i;

/** One of these annotations. */
export interface AlphaAnnotation {
  key: string;
  /** The name of the container; empty for the Pod. */
  container: string;
  /** Whether it names a credential spec. Otherwise it holds contents. */
  isName: boolean;
  value: string;
  /** Whether Kubernetes 1.15 read it. Otherwise no version ever did. */
  isExact: boolean;
}

/** Returns the alpha annotations of a Pod, and those that resemble one. */
export function gmsaAnnotationsOf({ metadata }: Pick<PodLike, "metadata">): AlphaAnnotation[] {
  const annotations: unknown = metadata?.annotations;
  if (typeof annotations !== "object" || annotations === null) return [];
  return Object.entries(annotations as Record<string, unknown>).flatMap(([key, value]) => {
    const parts = partsOf(key);
    return parts === undefined
      ? []
      : { key, ...parts, value: typeof value === "string" ? value : "" };
  });
}

function partsOf(key: string): Omit<AlphaAnnotation, "key" | "value"> | undefined {
  const exact = FORM.exec(key);
  if (exact !== null) {
    return { container: exact[1] ?? "", isName: exact[2] !== undefined, isExact: true };
  }
  const near = NEAR.exec(key);
  if (near === null) return undefined;
  const [, container = ""] = /^(.+)\.container\./i.exec(key) ?? [];
  return { container, isName: near[1] !== undefined, isExact: false };
}
