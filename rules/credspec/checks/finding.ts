import { type Edit, fieldOf, type CredspecProblem, type FieldPath } from "../../problem";

/** The finding of a rule. check-credspec.ts adds the name of the rule. */
export type Finding = Omit<CredspecProblem, "reason">;

interface Particulars {
  path: FieldPath;
  found: string;
  expected: string;
  remedy: string;
  /** The correction, if there is only one right answer. */
  edit?: Edit | undefined;
}

/** Creates an edit that replaces the value. */
export function writing(to: string): Edit {
  return { kind: "value", to };
}

/** Creates a finding that prevents Windows from using the credential spec. */
export function error(particulars: Particulars): Finding {
  return finding("error", particulars);
}

/** Creates a finding that may work on Windows but is probably a mistake. */
export function warning(particulars: Particulars): Finding {
  return finding("warning", particulars);
}

function finding(level: Finding["level"], { path, edit, ...what }: Particulars): Finding {
  const { found, expected } = what;
  const problem = `should be ${expected}, but is ${found}`;
  const places = [{ path, text: fieldOf(path) }];
  const fixes = edit === undefined ? {} : { fixes: [{ path, edit }] };
  return { level, places, problem, ...what, ...fixes };
}
