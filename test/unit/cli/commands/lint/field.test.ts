/** Inputs based on public bug reports, each with the expected findings. */
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";

import { lintManifests } from "../../../../../cli/commands/lint/lint-manifests";
import { parseManifests } from "../../../../../cli/manifests/manifests";

const FIXTURES = join(__dirname, "../../../../fixtures");
const answers = parse(readFileSync(join(FIXTURES, "field-answers.yaml"), "utf8")) as Record<
  string,
  string[]
>;
const files = readdirSync(join(FIXTURES, "field")).map(file => basename(file, ".yaml"));

describe("common mistakes", () => {
  test("every file has its answer", () => {
    expect(Object.keys(answers).sort()).toEqual(files.sort());
  });

  test.each(files)("%s", async file => {
    const text = readFileSync(join(FIXTURES, "field", `${file}.yaml`), "utf8");
    const { findings } = await lintManifests(parseManifests({ name: file, text }), {
      namespace: "default",
      closed: false,
    });
    const due = answers[file] ?? [];
    const told = findings.map(({ code, line, level, object, field, problem, remedy }) => {
      return `${code} ${line}: ${level}: ${object} ${field}: ${problem} / ${remedy}`;
    });
    expect(told.map((text, index) => text.slice(0, due[index]?.length))).toEqual(due);
  });
});
