import { columns } from "../../../../cli/terminal/columns";

const RED = "\u001b[31m";
const PLAIN = "\u001b[39m";

test("columns are as wide as their widest cell, three spaces apart, and lines end with text", () => {
  const rows = [
    ["NAME", "WHO", ""],
    ["webapp1", "web", "yes"],
    ["w", "", ""],
  ];
  expect(columns(rows)).toBe(["NAME      WHO", "webapp1   web   yes", "w"].join("\n"));
});

test("colours take no room, and a character that is two columns wide takes two", () => {
  const rows = [
    [`${RED}✘ no${PLAIN}`, "a"],
    ["日本", "b"],
    ["👩‍💻", "c"],
    ["e\u0301", "d"],
  ];
  expect(columns(rows)).toBe(
    [`${RED}✘ no${PLAIN}   a`, "日本   b", "👩‍💻     c", "e\u0301      d"].join("\n"),
  );
});

test("a cell can have several lines, and rows can be shorter than others", () => {
  const rows = [["✘", "name", "what is wrong\n→ what to do"], ["✔", "other\nname"], []];
  expect(columns(rows)).toBe(
    ["✘   name    what is wrong", "            → what to do", "✔   other", "    name"].join("\n"),
  );
});

test("no rows give an empty text", () => {
  expect(columns([])).toBe("");
});
