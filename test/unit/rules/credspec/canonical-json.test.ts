import { readFileSync } from "node:fs";
import { join } from "node:path";

import { canonicalJson } from "../../../../rules/credspec/canonical-json";

interface Case {
  name: string;
  input: string;
  canonical: string;
}

const cases = JSON.parse(
  readFileSync(join(__dirname, "../../../fixtures/canonical-json.json"), "utf8"),
) as Case[];

describe("canonical JSON is what Go's encoding/json writes", () => {
  test("the table has cases", () => {
    expect(cases.length).toBeGreaterThan(40);
  });

  test.each(cases)("$name", ({ input, canonical }) => {
    expect(canonicalJson(JSON.parse(input))).toBe(canonical);
  });
});
