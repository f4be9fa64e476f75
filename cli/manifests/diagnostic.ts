import type { FieldPath } from "../../rules/problem";

/** Something in a manifest that cannot work (error), or hardly does what was meant (warning). */
export interface LintFinding {
  level: "error" | "warning";
  file: string;
  /** From 1. */
  line: number;
  /** Such as `Deployment/shop`; empty for what is no object. */
  object: string;
  /** Such as `spec.template.spec.nodeSelector`; empty for the object as a whole. */
  field: string;
  /** A clause. */
  problem: string;
  /** A sentence, or empty. */
  remedy: string;
}

/** A field as it is written in messages: `spec.containers[0].name`. */
export function fieldOf(path: FieldPath): string {
  return path
    .map(part =>
      typeof part === "number" ? `[${part}]` : part.includes(".") ? `["${part}"]` : part,
    )
    .reduce(
      (text, part) => (text === "" || part.startsWith("[") ? text + part : `${text}.${part}`),
      "",
    );
}

/** The other way round, for fields whose names hold no dots. */
export function pathOf(field: string): FieldPath {
  return [...field.matchAll(/[^.[\]]+/g)].map(([part]) =>
    /^\d+$/.test(part) ? Number(part) : part,
  );
}
