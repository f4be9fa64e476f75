/** The annotations with which a Pod or its namespace requests helpers in addition to contents. */

/** The helpers for GMSA Pods, with the annotation that requests each. */
export const HELPERS = {
  secureChannel: "gmsa.pepr.dev/secure-channel",
  randomHostname: "gmsa.pepr.dev/random-hostname",
} as const;

/** The name of a helper. */
export type Helper = keyof typeof HELPERS;

/** Which helpers a Pod gets. */
export type HelperChoice = Readonly<Record<Helper, boolean>>;

/** Annotations by their keys. */
export type Annotations = Readonly<Record<string, string>>;

/** The prefix of all annotations for this project. */
const PREFIX = "gmsa.pepr.dev/";
/** Pepr marks Pods that it has processed with this annotation. */
const MARKER = "gmsa.pepr.dev/gmsa";
const MOST_CHARACTERS = 40;

/** An annotation that is ignored, and why. */
export interface AnnotationProblem {
  key: string;
  problem: string;
  remedy: string;
  /** The value that was meant, if only its case is wrong. */
  meant?: string;
}

/** Returns the annotations for this project. */
export function ownAnnotations(annotations: unknown): Record<string, string> {
  if (typeof annotations !== "object" || annotations === null) return {};
  const own = Object.entries(annotations as Record<string, unknown>).filter(
    (entry): entry is [string, string] =>
      entry[0].startsWith(PREFIX) && entry[0] !== MARKER && typeof entry[1] === "string",
  );
  return Object.fromEntries(own);
}

/**
 * Chooses the helpers. The Pod's annotations take precedence over its namespace's, and those over the
 * controller's settings. A value other than "true" or "false" is ignored.
 */
export function chooseHelpers(
  pod: Annotations,
  namespace: Annotations,
  defaults: HelperChoice,
): HelperChoice {
  const choose = (helper: Helper): boolean =>
    said(pod, helper) ?? said(namespace, helper) ?? defaults[helper];
  return {
    secureChannel: choose("secureChannel"),
    randomHostname: choose("randomHostname"),
  };
}

/**
 * Returns problems with annotations for this project that are unknown, or are neither true nor false.
 */
export function annotationProblems(annotations: Annotations): AnnotationProblem[] {
  const known: readonly string[] = Object.values(HELPERS);
  return Object.entries(ownAnnotations(annotations)).flatMap(([key, value]) => {
    if (!known.includes(key)) {
      const problem = `annotation ${key} is unknown and has no effect`;
      return { key, problem, remedy: `Known annotations: ${known.join(" and ")}.` };
    }
    return truthOf(value) === undefined
      ? {
          key,
          problem: `annotation ${key} is ${shown(value)}, which is neither "true" nor "false", and is ignored`,
          remedy: `Set it to "true" or "false".`,
          ...(truthOf(value.toLowerCase()) === undefined ? {} : { meant: value.toLowerCase() }),
        }
      : [];
  });
}

function said(annotations: Annotations, helper: Helper): boolean | undefined {
  return truthOf(annotations[HELPERS[helper]]);
}

function truthOf(value: string | undefined): boolean | undefined {
  if (value === "true") return true;
  return value === "false" ? false : undefined;
}

function shown(value: string): string {
  const text = Array.from(value);
  return JSON.stringify(
    text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS).join("")}…` : value,
  );
}
