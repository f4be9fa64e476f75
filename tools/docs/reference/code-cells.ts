/** Fills in table cells whose text is in the code: the titles of rules, and the names of checks. */
import { CHECK_CODES } from "../../../cli/diagnosis/check-codes";
import { titleOf } from "../../../cli/manifests/reports/rule-titles";
import { CODES } from "../../../rules/codes";

/** docs/reference/lint.md: each code has the title that reports have. */
export function withRules(page: string): string {
  return withCells(
    page,
    ["code", "rule"],
    new Map(Object.values(CODES).map(code => [code, titleOf(code)])),
  );
}

/** docs/reference/checks.md: each code of `gmsa doctor` has the name of its check. */
export function withChecks(page: string): string {
  const names = Object.entries(CHECK_CODES).map(([name, code]) => [code, `\`${name}\``] as const);
  return withCells(page, ["code", "check"], new Map(names));
}

/**
 * Returns the page with the second column filled in from the code, in every table that begins with these two
 * columns. Other tables are unchanged.
 *
 * @param known the second cell of a row, by the first one.
 * @throws Error if a row has an unknown code, or a known one has no row.
 */
export function withCells(
  page: string,
  [first, second]: readonly [string, string],
  known: ReadonlyMap<string, string>,
): string {
  const missing = new Set(known.keys());
  const table = new RegExp(`^(\\| *${first} *\\| *${second} *\\|.*\n.*\n)((?:\\|.*\n?)*)`, "gm");
  const completed = page.replace(table, (_, heads: string, rows: string) => {
    const withSecond = rows.replace(/^\|([^|]*)\|[^|]*\|/gm, (_row, cell: string) => {
      const code = cell.trim();
      const text = known.get(code);
      if (text === undefined) throw new Error(`a table has an unknown ${first}: ${code}`);
      missing.delete(code);
      return `| ${code} | ${text} |`;
    });
    return heads + withSecond;
  });
  if (missing.size > 0) throw new Error(`no table has a row for ${[...missing].join(", ")}`);
  return completed;
}
