/**
 * Problems with a use of GMSA, as values. Every rule returns problems, and the edge that shows them
 * renders the sentences. The facts are fields of their own, so that no code has to parse a sentence.
 */

/** The fields and indices that lead to a value, such as `["spec", "containers", 0, "name"]`. */
export type FieldPath = readonly (string | number)[];

/** A field that a problem is about. */
export interface ProblemPlace {
  /** The path from the root of the Pod or the GMSACredentialSpec. */
  path: FieldPath;
  /** The name that users know it by, such as `container "iis"` or `credspec.DomainJoinConfig.Sid`. */
  text: string;
}

/** The change to make at a path. */
export type Edit =
  /** Replaces the value. */
  | { kind: "value"; to: string }
  /** Puts the scalar, as written in the manifest, in quotes. */
  | { kind: "quote"; to: string }
  /** Renames the key. */
  | { kind: "key"; to: string }
  /** Moves the field with its value. Missing parents of the new path are created. */
  | { kind: "move"; to: FieldPath }
  | { kind: "remove" };

/** A correction of one field. */
export interface Fix {
  path: FieldPath;
  edit: Edit;
}

/** Why admission refuses a Pod. The values are few and fixed, so that metrics can count them. */
export const DENIAL_REASONS = [
  "settings changed",
  "contents without name",
  "too many credspecs",
  "not authorized",
  "no such credspec",
  "no credspec key",
  "contents differ",
  "contents malformed",
  "contents not inlined",
  "cluster failed",
] as const;

/** One reason for a refusal. */
export type DenialReason = (typeof DENIAL_REASONS)[number];

/**
 * Why a Pod is refused: by the webhook's rules, or by the policy in namespaces that the webhook does not
 * cover.
 */
export type RefusalReason = DenialReason | "namespace excluded";

/** A problem of a Pod that does not depend on the cluster: it cannot work, or is probably a mistake. */
export type PodReason =
  | "alpha annotation"
  | "field name"
  | "host process"
  | "old workload"
  | "outside template"
  | "pod placeholder"
  | "node os"
  | "credspec name"
  | "no value"
  | "contents by hand"
  | "helper annotation";

/** The rule that a credential spec breaks. Each is a file of that name in rules/credspec/checks. */
export type CredspecReason =
  | "account names"
  | "accounts"
  | "cms plugins"
  | "domain"
  | "domain guid"
  | "domain names"
  | "domain sid"
  | "example values"
  | "forest names"
  | "host account"
  | "machine account"
  | "placeholders"
  | "plugin input"
  | "scopes"
  | "size"
  | "types"
  | "unknown keys";

/**
 * A problem around the contents: the object resembles a GMSACredentialSpec but is not one, or the
 * contents are in the wrong place.
 */
export type ObjectReason =
  | "contents misplaced"
  | "credspec data"
  | "credspec kind"
  | "credspec namespace"
  | "object name"
  | "old version";

/** An RBAC object that resembles a grant of `use` but is not one. */
export type RbacReason = "role" | "binding";

/** Why kubectl cannot read the text of a manifest, or reads another object than intended. */
export type TextReason =
  | "unreadable"
  | "not an object"
  | "shape"
  | "unquoted"
  | "duplicate key"
  | "same object";

/** A problem that `gmsa test` reports for a suite: a mistake in the suite, or an unexpected outcome. */
export type SuiteReason = "suite" | "not as expected";

/** Why a dry run in a cluster shows neither a refusal by the webhook nor a Pod that it checked. */
export type DryRunReason = "webhook unavailable" | "not checked" | "not created";

/** Every reason for a problem. */
export type AnyReason =
  | RefusalReason
  | PodReason
  | CredspecReason
  | ObjectReason
  | RbacReason
  | TextReason
  | SuiteReason
  | DryRunReason;

/**
 * A use of GMSA that cannot work (error), that is probably a mistake (warning), or a hint (information).
 */
export interface Problem<Reason extends string = RefusalReason | PodReason | CredspecReason> {
  level: "error" | "warning" | "information";
  reason: Reason;
  /** Every field that has this problem for the same cause. */
  places: readonly ProblemPlace[];
  /** The credential spec that the problem is about, if any. */
  credspec?: string;
  /** The service account that the problem is about, if any. */
  account?: { namespace: string; name: string };
  /**
   * The call to the API server that failed, if that is the problem: a clause, and the HTTP status of the
   * answer. Without an answer there is no `code`.
   */
  failure?: { why: string; code?: number };
  /** The problem, as a clause. */
  problem: string;
  /** What to do, in sentences. May be empty. */
  remedy: string;
  /**
   * The corrections, if there is only one right answer. Paths start at the same root as those of
   * `places`.
   */
  fixes?: readonly Fix[];
}

/** A problem of a Pod or a Pod template. */
export type PodProblem = Problem<PodReason>;

/** A problem of a credential spec, with the value found and the value expected. */
export interface CredspecProblem extends Problem<CredspecReason> {
  /** A value as text, `missing`, `empty`, or the kind of value, such as `a list`. */
  found: string;
  /** A noun phrase, or `absent`. */
  expected: string;
}

/** Renders a problem and its remedy. */
export function sentence({ problem, remedy }: Pick<Problem<string>, "problem" | "remedy">): string {
  return remedy === "" ? problem : `${problem}. ${remedy}`;
}

/** Renders a problem of a credential spec. */
export function credspecSentence({ places, problem, remedy }: CredspecProblem): string {
  return `${places.map(({ text }) => text).join(", ")} ${problem}: ${remedy}`;
}

/** Renders a path as messages show it, such as `spec.containers[0].name`. */
export function fieldOf(path: FieldPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (part.includes(".")) return `${text}["${part}"]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}
