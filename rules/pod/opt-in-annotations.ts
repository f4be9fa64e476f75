/** The annotations by which a Pod, or its namespace, asks for what it can be given beside contents. */

/** What a GMSA Pod can be given, and the annotation that asks for it. */
export const HELPERS = {
  secureChannel: "gmsa.pepr.dev/secure-channel",
  randomHostname: "gmsa.pepr.dev/random-hostname",
} as const;

/** One of them. */
export type Helper = keyof typeof HELPERS;

/** What a Pod is given. */
export type HelperChoice = Readonly<Record<Helper, boolean>>;

/** Annotations by their keys. */
export type Annotations = Readonly<Record<string, string>>;

/** What the keys of all annotations begin with that are for this module. */
const PREFIX = "gmsa.pepr.dev/";
/** By this one Pepr knows a Pod that it has seen. */
const MARKER = "gmsa.pepr.dev/gmsa";
const MOST_CHARACTERS = 40;

/** An annotation that means nothing, and why. */
export interface AnnotationProblem {
  key: string;
  problem: string;
  remedy: string;
  /** The value that is meant, if only its case is wrong. */
  meant?: string;
}

/** Those of the annotations that are for this module; what is none is left out. */
export function ownAnnotations(annotations: unknown): Record<string, string> {
  if (typeof annotations !== "object" || annotations === null) return {};
  const own = Object.entries(annotations as Record<string, unknown>).filter(
    (entry): entry is [string, string] =>
      entry[0].startsWith(PREFIX) && entry[0] !== MARKER && typeof entry[1] === "string",
  );
  return Object.fromEntries(own);
}

/**
 * What is wanted: the Pod's word counts before its namespace's, and that before the controller's. A
 * value that is neither "true" nor "false" says nothing.
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

/** Annotations for this module that it does not know, or that say neither true nor false. */
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
