import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CHECKS } from "../../../../cli/diagnosis/checks/all";

test("docs/reference/checks.md has a row for every check, in its order, and no other", () => {
  const page = readFileSync(join(__dirname, "../../../../docs/reference/checks.md"), "utf8");
  const [, table = ""] = page.split("## What `gmsa doctor` checks");
  const [section = ""] = table.split("\n## ");
  const rows = [...section.matchAll(/^\| GMSA\d+ \| `([a-z-]+)` +\|/gm)].map(([, name]) => name);
  expect(rows).toEqual(CHECKS.map(({ name }) => name));
});
