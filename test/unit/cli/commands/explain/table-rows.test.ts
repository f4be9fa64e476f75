import { readFileSync } from "node:fs";
import { join } from "node:path";

import { rowsOf, type ExplainedRow } from "../../../../../cli/commands/explain/table-rows";
import { CHECK_NAMES } from "../../../../../cli/diagnosis/check-codes";
import { titleOf } from "../../../../../cli/manifests/reports/rule-titles";
import { CODES } from "../../../../../rules/codes";

const DOCS = join(__dirname, "../../../../../docs");
const LINT = readFileSync(join(DOCS, "reference/lint.md"), "utf8");
const CHECKS_PAGE = readFileSync(join(DOCS, "reference/checks.md"), "utf8");

test.each(Object.values(CODES))(
  "docs/reference/lint.md says what %s is about, and what to do",
  code => {
    const rows = rowsOf(LINT, code);
    expect(rows).not.toEqual([]);
    // Report formats that have a title in addition to the message use the same one.
    expect(new Set(rows.map(row => cellOf(row, "rule")))).toEqual(new Set([titleOf(code)]));
    for (const { cells } of rows) {
      expect(cells.map(({ head }) => head)).toEqual(expect.arrayContaining(["finding", "do"]));
      expect(cells.filter(({ text }) => text === "")).toEqual([]);
    }
  },
);

function cellOf({ cells }: ExplainedRow, column: string): string | undefined {
  return cells.find(({ head }) => head === column)?.text;
}

test("docs/reference/lint.md has no code that is none", () => {
  const named = [...LINT.matchAll(/^\| (GMSA\d+)/gm)].map(([, code]) => code);
  const known: readonly string[] = Object.values(CODES);
  expect(named.filter(code => !known.includes(code ?? ""))).toEqual([]);
});

test.each(CHECK_NAMES)("docs/reference/checks.md says what %s looks at", name => {
  const [row] = rowsOf(CHECKS_PAGE, name);
  expect(row?.cells.map(({ head }) => head)).toEqual(["looks at", "if it fails or warns", "do"]);
});

test("links lead to pages of the program, marks of code go, and pipes may be in a cell", () => {
  const page = [
    "# `a` page",
    "",
    "| code | one | two |",
    "| ---: | --- | --- |",
    "| A1 | `x \\| y` | see [rbac.md](rbac.md), [the rules](lint.md#texts) or [there](https://example.com) |",
    "| A2 | z | |",
    "",
    "| A1 | is | no row |",
  ].join("\n");
  expect(rowsOf(page, "A1")).toEqual([
    {
      section: "a page",
      cells: [
        { head: "one", text: "x | y" },
        {
          head: "two",
          text: "see gmsa explain rbac, the rules (gmsa explain lint) or there",
        },
      ],
    },
  ]);
});
