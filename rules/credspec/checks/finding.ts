import { fieldOf, type CredspecProblem, type FieldPath } from "../../problem";

/** What a rule finds; check-credspec.ts adds which rule it was. */
export type Finding = Omit<CredspecProblem, "reason">;

interface Particulars {
  path: FieldPath;
  found: string;
  expected: string;
  remedy: string;
}

/** Windows cannot work with it. */
export function error(particulars: Particulars): Finding {
  return finding("error", particulars);
}

/** Windows may work with it, but it is hardly what was meant. */
export function warning(particulars: Particulars): Finding {
  return finding("warning", particulars);
}

function finding(level: Finding["level"], { path, ...what }: Particulars): Finding {
  const { found, expected } = what;
  const problem = `should be ${expected}, but is ${found}`;
  return { level, places: [{ path, text: fieldOf(path) }], problem, ...what };
}
