/** Each code has one meaning. `npm run docs` fails if docs/reference/lint.md lacks one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CODES as CHECK_CODES } from "../../../cli/diagnosis/check-codes";
import { CODES } from "../../../rules/codes";

const page = readFileSync(join(__dirname, "../../../docs/reference/lint.md"), "utf8");

describe("the codes of findings", () => {
  const numbers = Object.values(CODES).map(code => Number(code.slice("GMSA".length)));

  test("are given once", () => {
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test("differ from the codes of gmsa doctor", () => {
    expect(Object.values(CODES).filter(code => CHECK_CODES.includes(code))).toEqual([]);
  });

  test("are all that docs/reference/lint.md names", () => {
    const known: readonly string[] = Object.values(CODES);
    expect((page.match(/GMSA\d+/g) ?? []).filter(code => !known.includes(code))).toEqual([]);
  });
});
