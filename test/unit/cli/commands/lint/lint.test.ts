/** Each file in test/fixtures/lint contains manifests and all expected findings. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { lintManifests } from "../../../../../cli/commands/lint/lint-manifests";
import { parseManifests } from "../../../../../cli/manifests/manifests";

interface Case {
  description: string;
  closed?: boolean;
  manifests: string;
  /** `line: level: object field: problem`, or its beginning. */
  findings: string[];
}

const FOLDER = join(__dirname, "../../../../fixtures/lint");

const cases = readdirSync(FOLDER).map((file): [string, Case] => {
  const read = parse(readFileSync(join(FOLDER, file), "utf8")) as Case;
  return [`${file}: ${read.description}`, read];
});

describe("gmsa lint", () => {
  test.each(cases)("%s", async (_, { manifests, closed = false, findings }) => {
    const found = await lintManifests(parseManifests({ name: "case.yaml", text: manifests }), {
      namespace: "default",
      closed,
    });
    const told = found.findings.map(({ line, level, object, field, problem }) => {
      const where = [object, field].filter(part => part !== "").join(" ");
      return `${line}: ${level}: ${where === "" ? "" : `${where}: `}${problem}`;
    });
    const begins = told.map((text, index) => text.slice(0, findings[index]?.length));
    expect(begins).toEqual(findings);
  });
});
