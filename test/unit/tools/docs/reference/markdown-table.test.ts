import { markdownTable, withTable } from "../../../../../tools/docs/reference/markdown-table";

const PAGE = "# Page\n\n<!-- table: one -->\n\nold\n\n<!-- end of table -->\n\nAfter it.\n";

test("a table stands in its place, and the rest of the page stays", () => {
  const table = markdownTable(["name", "meaning"], [["`a|b`", "less <than>\nthat"]]);
  expect(withTable(PAGE, "one", table)).toBe(
    "# Page\n\n<!-- table: one -->\n\n| name | meaning |\n| --- | --- |\n| `a\\|b` | less \\<than> that |\n\n" +
      "<!-- end of table -->\n\nAfter it.\n",
  );
});

test.each([
  ["another name", PAGE.replace("one", "other")],
  ["no end", PAGE.replace("<!-- end of table -->", "")],
])("a page without the place is an error: %s", (_, page) => {
  expect(() => withTable(page, "one", "")).toThrow("the page has no place for the table one");
});
