/**
 * What is wrong with a use of GMSA, as a value. Every rule returns problems, and whoever shows one
 * renders it: facts travel beside the words, so that no words are ever taken apart again.
 */

/** The fields and indices that lead to a value, such as `["spec", "containers", 0, "name"]`. */
export type FieldPath = readonly (string | number)[];

/** A field that a problem is about. */
export interface ProblemPlace {
  /** From the root of the Pod or the GMSACredentialSpec. */
  path: FieldPath;
  /** What a user calls it, such as `container "iis"` or `credspec.DomainJoinConfig.Sid`. */
  text: string;
}

/** What is changed at a path. */
export type Edit =
  /** Another text as the value. */
  | { kind: "value"; to: string }
  /** The text that the scalar is written as, in quotes. */
  | { kind: "quote"; to: string }
  /** Another name of the key. */
  | { kind: "key"; to: string }
  /** The field goes to another place, with what it holds; what leads there is made where it is missing. */
  | { kind: "move"; to: FieldPath }
  | { kind: "remove" };

/** A correction of one field. */
export interface Fix {
  path: FieldPath;
  edit: Edit;
}

/** Why admission refuses a Pod; the values are few and fixed, so that they can be counted. */
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

/** One of them. */
export type DenialReason = (typeof DENIAL_REASONS)[number];

/** Why a Pod does not get in: by the webhook's rules, or by the policy where no webhook looks. */
export type RefusalReason = DenialReason | "namespace excluded";

/** What a Pod says that cannot work, or hardly does what was meant, whatever is in the cluster. */
export type PodReason =
  | "alpha annotation"
  | "field name"
  | "host process"
  | "old workload"
  | "pod placeholder"
  | "node os"
  | "credspec name"
  | "no value"
  | "contents by hand"
  | "helper annotation";

/** Which rule a credspec breaks: the file of that name in rules/credspec/checks. */
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

/** What an object is that is near to a GMSACredentialSpec, or what is wrong around its contents. */
export type ObjectReason =
  | "contents misplaced"
  | "credspec data"
  | "credspec kind"
  | "object name"
  | "old version";

/** What an RBAC object says that is near to a grant of `use`, and is not one. */
export type RbacReason = "role" | "binding";

/** What the text of a manifest is, other than an object that kubectl reads as it was meant. */
export type TextReason = "unreadable" | "not an object" | "shape" | "unquoted" | "duplicate key";

/** What `gmsa test` finds in a suite: a mistake of who wrote it, or another outcome than expected. */
export type SuiteReason = "suite" | "not as expected";

/** Why a dry run in a cluster shows no refusal of the webhook, and no Pod that it has checked. */
export type TrialReason = "webhook unavailable" | "not checked" | "not created";

/** Every reason there is. */
export type AnyReason =
  | RefusalReason
  | PodReason
  | CredspecReason
  | ObjectReason
  | RbacReason
  | TextReason
  | SuiteReason
  | TrialReason;

/**
 * Something that cannot work (error), that hardly does what was meant (warning), or that is good to
 * know (information).
 */
export interface Problem<Reason extends string = RefusalReason | PodReason | CredspecReason> {
  level: "error" | "warning" | "information";
  reason: Reason;
  /** Every field that has this problem for the same cause. */
  places: readonly ProblemPlace[];
  /** The credspec that it is about, where there is one. */
  credspec?: string;
  /** The service account that it is about, where there is one. */
  account?: { namespace: string; name: string };
  /** What is wrong, as a clause. */
  problem: string;
  /** What to do, in sentences; may be empty. */
  remedy: string;
  /** What puts it right, where only one answer is right; paths as those of the places. */
  fixes?: readonly Fix[];
}

/** A problem of a Pod, or of the template of one. */
export type PodProblem = Problem<PodReason>;

/** A problem of a credspec, with what is there and what belongs there. */
export interface CredspecProblem extends Problem<CredspecReason> {
  /** A value as text, `missing`, `empty`, or what kind of thing it is. */
  found: string;
  /** A noun phrase, or `absent`. */
  expected: string;
}

/** A problem in words: what is wrong, and what to do. */
export function sentence({ problem, remedy }: Pick<Problem, "problem" | "remedy">): string {
  return remedy === "" ? problem : `${problem}. ${remedy}`;
}

/** A problem of a credspec in words. */
export function credspecSentence({ places, problem, remedy }: CredspecProblem): string {
  return `${places.map(({ text }) => text).join(", ")} ${problem}: ${remedy}`;
}

/** A field as it is written in messages: `spec.containers[0].name`. */
export function fieldOf(path: FieldPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (part.includes(".")) return `${text}["${part}"]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}
