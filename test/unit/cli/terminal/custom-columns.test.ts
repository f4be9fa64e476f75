import { customColumns } from "../../../../cli/terminal/custom-columns";
import { parseColumnLines, parseColumns } from "../../../../cli/terminal/jsonpath/column-list";
import { TemplateError } from "../../../../cli/terminal/jsonpath/scan";

const ROWS = [
  { name: "web", labels: { b: "2", a: 1 }, ports: [80, 443], ready: true, note: null },
  { name: "ä-longer-name", labels: {}, ports: [], ready: false },
];

function printed(spec: string, headers?: boolean): string[] {
  return customColumns(parseColumns(spec), ROWS, headers);
}

test.each([
  ["NAME:.name,R:.ready", ["NAME            R", "web             true", "ä-longer-name   false"]],
  // The least width is 6, of which 3 are the space between columns.
  ["R:{.note},N:name", ["R        N", "<nil>    web", "<none>   ä-longer-name"]],
  ["P:.ports[*],N:{name}", ["P        N", "80,443   web", "<none>   ä-longer-name"]],
  ["P:.ports,L:.labels", ["P          L", "[80 443]   map[a:1 b:2]", "[]         map[]"]],
  [":.name", ["", "web", "ä-longer-name"]],
])("%s as kubectl prints it", (spec, lines) => {
  expect(printed(spec)).toEqual(lines);
});

test("without headings, and of no rows", () => {
  expect(printed("N:.name", false)).toEqual(["web", "ä-longer-name"]);
  expect(customColumns(parseColumns("N:.name"), [], true)).toEqual(["N"]);
  expect(customColumns(parseColumns("N:.name"), [], false)).toEqual([]);
});

test.each(["NAME", "NAME:.name,", "NAME:", "NAME:{.name", "NAME:.name[", "NAME:{}"])(
  "%s is refused",
  spec => {
    expect(() => parseColumns(spec)).toThrow(TemplateError);
  },
);

test("an index that a row does not have is refused", () => {
  expect(() => printed("P:.ports[5]")).toThrow("[5] does not apply to a list of 2");
});

test("a file has a line of headers and a line of paths, as kubectl reads it", () => {
  const columns = parseColumnLines("NAME  R\t\n  {.name} ready\nignored\n");
  expect(customColumns(columns, ROWS)[1]).toBe("web             true");
  expect(columns.map(({ heading }) => heading)).toEqual(["NAME", "R"]);
});

test.each(["", "NAME\n", "A B\n.name", "A\n.name .ready", "A\n{.name", "\n\n"])(
  "file %j is refused",
  text => {
    expect(() => parseColumnLines(text)).toThrow(TemplateError);
  },
);
