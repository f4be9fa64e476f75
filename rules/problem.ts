/** Something about a credspec that Windows cannot work with (error), or hardly so (warning). */
export interface Finding {
  level: "error" | "warning";
  /** Path of the field, such as credspec.DomainJoinConfig.Sid. */
  field: string;
  /** What is there: a value as text, `missing`, `empty`, or what kind of thing it is. */
  found: string;
  /** What belongs there, as a noun phrase, or `absent`. */
  expected: string;
  /** What to do, and where to get the right value. */
  remedy: string;
}

type Particulars = Omit<Finding, "level">;

/** Windows cannot work with it. */
export function error(particulars: Particulars): Finding {
  return { level: "error", ...particulars };
}

/** Windows may work with it, but it is hardly what was meant. */
export function warning(particulars: Particulars): Finding {
  return { level: "warning", ...particulars };
}

/** Something about a Pod's use of GMSA that cannot work (error), or hardly does what was meant. */
export interface PodFinding {
  level: "error" | "warning";
  /** Which rule says so; the values are few and fixed. */
  rule: PodRule;
  /** The fields that lead to what it is about, such as `["spec", "nodeSelector"]`. */
  path: readonly (string | number)[];
  /** What is wrong, as a clause. */
  problem: string;
  /** What to do, as a sentence. */
  remedy: string;
}

export type PodRule =
  | "host process"
  | "node os"
  | "credspec name"
  | "contents by hand"
  | "helper annotation";

/** The fields and indices that lead to a value, such as `["spec", "containers", 0, "name"]`. */
export type FieldPath = readonly (string | number)[];
