import { type Edit, fieldOf, type CredspecProblem, type FieldPath } from "../../problem";

/** What a rule finds; check-credspec.ts adds which rule it was. */
export type Finding = Omit<CredspecProblem, "reason">;

interface Particulars {
  path: FieldPath;
  found: string;
  expected: string;
  remedy: string;
  /** What puts it right, where only one answer is right. */
  edit?: Edit | undefined;
}

/** Another text as the value. */
export function writing(to: string): Edit {
  return { kind: "value", to };
}

/** Windows cannot work with it. */
export function error(particulars: Particulars): Finding {
  return finding("error", particulars);
}

/** Windows may work with it, but it is hardly what was meant. */
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
