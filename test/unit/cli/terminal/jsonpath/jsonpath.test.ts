import { foundIn, rendered } from "../../../../../cli/terminal/jsonpath/render";
import { TemplateError } from "../../../../../cli/terminal/jsonpath/scan";
import { parseTemplate } from "../../../../../cli/terminal/jsonpath/template";
import { EXPRESSIONS, POD } from "../../../../fixtures/jsonpath";

function printed(expression: string): string {
  try {
    return rendered(parseTemplate(expression), POD);
  } catch (error) {
    if (error instanceof TemplateError) return "refused";
    throw error;
  }
}

test.each(EXPRESSIONS)("%s prints %j", (expression, due) => {
  expect(printed(expression)).toBe(due);
});

test.each([
  ["{range .spec.containers[*]}x", "{range} is without {end}"],
  ["{.a}{end}", "{end} is without {range}"],
  ["{.a", "{ is without }"],
  ["{name}", '"name" is not a path'],
  ["{.a .b}", '".a .b" is not a path'],
  ["{.a[1}", '".a[1" has [ without ]'],
  ["{.a[?x]}", "[?x] is not a filter: [?(...)]"],
  ["{.a[?(x==1)]}", "x is neither a path nor a value"],
  ["{.a[?(@.b=1)]}", "[?(@.b=1)] has =, which is not one of == != < <= > >="],
  ["{.a[?(@['b','c']==1)]}", "@['b','c'] names several fields at once"],
  ["{'a'.b}", "'a'.b is not one text in quotes"],
])("%s is refused with the reason", (expression, reason) => {
  expect(() => parseTemplate(expression)).toThrow(new TemplateError(reason));
});

test("as JSON, all that is found is one list", () => {
  const nodes = parseTemplate("{.kind}{range .spec.containers[*]}{.name}{'x'}{end}");
  expect(foundIn(nodes, POD)).toEqual(["Pod", "a", "b-2", "c"]);
});
