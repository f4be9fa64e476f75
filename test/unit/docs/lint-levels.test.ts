/** The levels of each code in docs/reference/lint.md match the findings in all fixtures. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { rowsOf } from "../../../cli/commands/explain/table-rows";
import { lintManifests } from "../../../cli/commands/lint/lint-manifests";
import { parseManifests } from "../../../cli/manifests/manifests";
import { CODES } from "../../../rules/codes";
import { checkCredspec } from "../../../rules/credspec/checks/check-credspec";
import { credspecCases } from "../../fixtures/credspec-case";
import { yamlFilesIn } from "../../fixtures/yaml-files";

const page = readFileSync(join(__dirname, "../../../docs/reference/lint.md"), "utf8");
const FIELD = join(__dirname, "../../fixtures/field");
/** Not in the manifests of the fixtures: suites, invalid YAML, and 64 KiB of contents. */
const ELSEWHERE = ["GMSA201", "GMSA202", "GMSA203", "GMSA205", "GMSA206", "GMSA207", "GMSA240"];

const found = new Map<string, Set<string>>();

function add(code: string, level: string): void {
  const levels = found.get(code) ?? new Set();
  found.set(code, levels.add(level));
}

async function lint(text: string, closed: boolean): Promise<void> {
  const manifests = parseManifests({ name: "case.yaml", text });
  const { findings } = await lintManifests(manifests, { namespace: "default", closed });
  for (const { code, level } of findings) add(code, level);
}

beforeAll(async () => {
  for (const { credspec } of credspecCases()) {
    for (const { reason, level } of checkCredspec(credspec)) add(CODES[reason], level);
  }
  type Case = { manifests: string; closed?: boolean };
  for (const [, { manifests, closed = false }] of yamlFilesIn<Case>("lint")) {
    await lint(manifests, closed);
  }
  const answers = parse(readFileSync(`${FIELD}-answers.yaml`, "utf8")) as object;
  for (const name of Object.keys(answers)) {
    await lint(readFileSync(join(FIELD, `${name}.yaml`), "utf8"), false);
  }
});

const documented = Object.values(CODES).flatMap((code): [string, string[]][] => {
  const cells = rowsOf(page, code).flatMap(row => row.cells);
  const levels = cells
    .filter(({ head }) => head === "level")
    .flatMap(({ text }) => text.split("; "));
  return levels.length === 0 || ELSEWHERE.includes(code) ? [] : [[code, levels]];
});

test.each(documented)("of %s", (code, levels) => {
  const named = levels.map(level => level.replace(/ .*/, ""));
  expect([...(found.get(code) ?? [])].sort()).toEqual([...new Set(named)].sort());
});
