/** docs/reference/lint.md lists every code, and each code has one meaning. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CODES as CHECK_CODES } from "../../../cli/diagnosis/check-codes";
import { CODES } from "../../../rules/codes";

const page = readFileSync(join(__dirname, "../../../docs/reference/lint.md"), "utf8");

/** The codes on the page, with ranges and lists expanded. */
function codesOnPage(): Set<number> {
  const ranges = [...page.matchAll(/GMSA(\d+) to (?:GMSA)?(\d+)/g)].flatMap(([, from, to]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index),
  );
  const lists = [...page.matchAll(/GMSA(\d+), (\d+)/g)].map(([, , second]) => Number(second));
  const single = [...page.matchAll(/GMSA(\d+)/g)].map(([, code]) => Number(code));
  return new Set([...ranges, ...lists, ...single]);
}

describe("the codes of findings", () => {
  const numbers = Object.values(CODES).map(code => Number(code.slice("GMSA".length)));

  test("are given once", () => {
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test("are none of the checks of gmsa doctor", () => {
    expect(Object.values(CODES).filter(code => CHECK_CODES.includes(code))).toEqual([]);
  });

  test("are all in docs/reference/lint.md, and no others", () => {
    expect([...codesOnPage()].sort()).toEqual([...numbers].sort());
  });
});
