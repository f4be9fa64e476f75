import { withCells } from "../../../../../tools/docs/reference/code-cells";

const HEADS = ["code", "rule"] as const;
const PAGE = [
  "| code | rule | do |",
  "| --- | --- | --- |",
  "| A1 | old title | this \\| that |",
  "| A1 | old title | more |",
  "",
  "| code | other |",
  "| --- | --- |",
  "| A1 | stays |",
].join("\n");

test("the second cell comes from the code, in every row of such a table, and nowhere else", () => {
  expect(withCells(PAGE, HEADS, new Map([["A1", "new title"]]))).toBe(
    PAGE.replaceAll("old title", "new title"),
  );
});

test.each([
  ["a table has an unknown code: A1", new Map([["A2", "x"]])],
  [
    "no table has a row for A2",
    new Map([
      ["A1", "x"],
      ["A2", "y"],
    ]),
  ],
])("error: %s", (message, known) => {
  expect(() => withCells(PAGE, HEADS, known)).toThrow(message);
});
