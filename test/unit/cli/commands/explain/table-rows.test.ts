import { readFileSync } from "node:fs";
import { join } from "node:path";

import { rowsOf } from "../../../../../cli/commands/explain/table-rows";
import { CHECK_CODES } from "../../../../../cli/diagnosis/check-codes";
import { CODES } from "../../../../../rules/codes";

const DOCS = join(__dirname, "../../../../../docs");
const LINT = readFileSync(join(DOCS, "reference/lint.md"), "utf8");
const CHECKS_PAGE = readFileSync(join(DOCS, "reference/checks.md"), "utf8");

test.each(Object.values(CODES))("docs/reference/lint.md explains %s, with its remedy", code => {
  const rows = rowsOf(LINT, code);
  expect(rows).not.toEqual([]);
  for (const { cells } of rows) {
    expect(cells.map(({ head }) => head)).toEqual(expect.arrayContaining(["finding", "do"]));
    expect(cells.filter(({ text }) => text === "")).toEqual([]);
  }
});

test.each(Object.values(CHECK_CODES))("docs/reference/checks.md explains what %s checks", code => {
  const [row] = rowsOf(CHECKS_PAGE, code);
  const heads = row?.cells.map(({ head }) => head);
  expect(heads).toEqual(["check", "looks at", "if it fails or warns", "do"]);
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
