import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../../..");

/** The contracts in a file, each with the section that explains it: "assumption#section". */
function contractsIn(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const sections = new Map(
    [...text.matchAll(/^const ([A-Z]+) = "([a-z-]+)";$/gm)].map(([, name, value]) => [name, value]),
  );
  const calls = [...text.matchAll(/contract\(\s*"([^"]+)",\s*(?:"([a-z-]+)"|([A-Z]+)),/g)];
  return calls.map(
    ([, assumption = "", literal, name]) => `${assumption}#${literal ?? sections.get(name) ?? ""}`,
  );
}

/** The rows of the page's tables, in the same form. */
function explained(): string[] {
  const page = readFileSync(join(ROOT, "docs/contributing/pepr-upgrade.md"), "utf8");
  const [, ...sections] = page.split("\n### ");
  return sections.flatMap(section => {
    const [heading = "", ...lines] = section.split("\n");
    const anchor = heading.toLowerCase().replaceAll(" ", "-");
    const rows = lines.map(line => /^\| ([a-z].+?) +\| /.exec(line)?.[1] ?? "contract");
    return rows.filter(row => row !== "contract").map(row => `${row}#${anchor}`);
  });
}

test("docs/contributing/pepr-upgrade.md explains every contract, in its section, and no other", () => {
  const folder = join(ROOT, "test/unit/webhook/pepr-contract");
  const files = readdirSync(folder).map(name => join(folder, name));
  files.push(join(ROOT, "test/process/pepr-build.test.ts"));
  const contracts = files.flatMap(contractsIn);
  expect(contracts.length).toBeGreaterThan(30);
  expect(explained().sort()).toEqual(contracts.sort());
});
