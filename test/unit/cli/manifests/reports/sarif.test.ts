/** Validates SARIF with its schema; GitHub accepts only valid files. */
import Ajv from "ajv";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { lintManifests } from "../../../../../cli/commands/lint/lint-manifests";
import type { Diagnostic } from "../../../../../cli/manifests/diagnostic";
import { parseManifests } from "../../../../../cli/manifests/manifests";
import { sarifOf } from "../../../../../cli/manifests/reports/sarif";
import { CODES } from "../../../../../rules/codes";

const schema = JSON.parse(
  readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"),
) as object;
const draft = JSON.parse(
  readFileSync(require.resolve("ajv/lib/refs/json-schema-draft-04.json"), "utf8"),
) as object;

const ajv = new Ajv({ schemaId: "id", meta: false, allErrors: true });
ajv.addMetaSchema(draft);
const validate = ajv.compile(schema);

function errorsIn(log: object): unknown[] {
  validate(log);
  return validate.errors ?? [];
}

const finding: Diagnostic = {
  level: "warning",
  code: "GMSA213",
  file: "apps/the shop/100%/ü.yaml",
  line: 7,
  column: 3,
  object: "Pod/shop",
  field: "spec",
  problem: "may run on Linux",
  remedy: "Select nodes.",
};

describe("SARIF", () => {
  test("is valid without findings, and for every code and level", () => {
    const levels = ["error", "warning", "information"] as const;
    const all = Object.values(CODES).flatMap(code =>
      levels.map(level => ({ ...finding, code, level, object: "", field: "" })),
    );
    expect(errorsIn(sarifOf([], "0.1.0"))).toEqual([]);
    expect(errorsIn(sarifOf([finding, ...all], "0.1.0"))).toEqual([]);
    // The schema does detect an error.
    expect(errorsIn(sarifOf([{ ...finding, line: 0 }], "0.1.0"))).not.toEqual([]);
  });

  test("has the rule, the level, the place and the whole message", () => {
    const [run] = sarifOf([finding], "0.1.0").runs;
    expect(run?.tool.driver.rules).toEqual([
      {
        id: "GMSA213",
        shortDescription: { text: "Pod may not run on Windows" },
        help: {
          text: "Pod may not run on Windows. Run gmsa explain GMSA213 for more.",
          markdown: "Pod may not run on Windows. Run `gmsa explain GMSA213` for more.",
        },
      },
    ]);
    expect(run?.results).toEqual([
      {
        ruleId: "GMSA213",
        ruleIndex: 0,
        level: "warning",
        message: { text: "Pod/shop spec: may run on Linux. Select nodes." },
        locations: [
          {
            physicalLocation: {
              artifactLocation: {
                uri: "apps/the%20shop/100%25/%C3%BC.yaml",
                uriBaseId: "%SRCROOT%",
              },
              region: { startLine: 7, startColumn: 3 },
            },
            logicalLocations: [{ fullyQualifiedName: "Pod/shop spec" }],
          },
        ],
      },
    ]);
  });

  test("has a URL for an absolute path", () => {
    const [run] = sarifOf([{ ...finding, file: "/srv/a b.yaml" }], "0.1.0").runs;
    expect(run?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation).toEqual({
      uri: "file:///srv/a%20b.yaml",
    });
  });

  test("is valid for findings of lint, with line and column of the field", async () => {
    const file = join(__dirname, "../../../../fixtures/field/where-pods-run.yaml");
    const text = readFileSync(file, "utf8");
    const options = { namespace: "default", closed: false };
    const read = parseManifests({ name: "where-pods-run.yaml", text });
    const { findings } = await lintManifests(read, options);
    const log = sarifOf(findings, "0.1.0");
    expect(errorsIn(log)).toEqual([]);
    expect(
      findings.map(({ line, column }) => text.split("\n")[line - 1]?.slice(column - 1)),
    ).toEqual([
      expect.stringMatching(/^windows}$/),
      expect.stringMatching(/^{nodeSelectorTerms: /),
    ]);
  });
});
