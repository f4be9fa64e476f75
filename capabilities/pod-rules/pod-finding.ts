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
