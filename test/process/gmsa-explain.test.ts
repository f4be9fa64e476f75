/** The built `gmsa explain`, with the embedded pages. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { gmsa } from "../support/gmsa-program";

const DOCS = join(__dirname, "../../docs");
const CLI = join(__dirname, "../../dist/cli/gmsa.cjs");

test("a code, the name of a check, and a page as messages name it", async () => {
  const code = await gmsa(["explain", "gmsa251"]);
  expect(code).toMatchObject({ code: 0, stderr: "" });
  expect(code.stdout).toMatch(
    /^GMSA251: gmsa lint\n\nRoles and bindings\n {2}rule +Binding that does not grant use\n {2}finding +a binding /,
  );
  const check = await gmsa(["explain", "rights"]);
  expect(check.stdout).toMatch(/^GMSA108: gmsa doctor --check rights\n/);
  expect((await gmsa(["explain", "GMSA108"])).stdout).toBe(check.stdout);
  const page = readFileSync(join(DOCS, "how-to/rbac.md"), "utf8");
  for (const name of ["rbac", "rbac.md", "docs/how-to/rbac.md", "docs/how-to/rbac.md#who-may"]) {
    expect(await gmsa(["explain", name])).toEqual({ code: 0, stdout: page, stderr: "" });
  }
});

test("every page can be shown, including those that messages name", async () => {
  const { stdout } = await gmsa(["explain"]);
  const listed = stdout
    .trimEnd()
    .split("\n")
    .map(line => line.split(" ")[0]);
  const pages = ["tutorial", "how-to", "reference", "explanation"].flatMap(folder =>
    readdirSync(join(DOCS, folder)).filter(file => file.endsWith(".md")),
  );
  expect(listed).toEqual(pages.map(file => file.slice(0, -3)).sort());
  const program = readFileSync(CLI, "utf8");
  const named = new Set([...program.matchAll(/gmsa explain ([a-z-]+)/g)].map(([, name]) => name));
  expect(named.size).toBeGreaterThan(5);
  // The listed topics, and the one with codes of its own.
  expect([...named].filter(name => !listed.includes(name) && name !== "lists")).toEqual([]);
  // Users of the package have no docs, examples or deploy folder.
  expect(program.match(/docs\/[a-z-/]+\.md|examples\/[a-z-]+\.yaml/g) ?? []).toEqual([]);
});

test.each([
  [["troubleshoting"], "Did you mean troubleshooting?"],
  [["../package"], "Run `gmsa explain` to list the pages."],
  [["GMSA999"], "Run `gmsa explain lint` to list them."],
])("an unknown topic: %s", async (words, remedy) => {
  const { code, stdout, stderr } = await gmsa(["explain", ...words]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.split("\n").slice(1)).toEqual([remedy, ""]);
});
