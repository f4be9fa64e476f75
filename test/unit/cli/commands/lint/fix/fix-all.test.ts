/** Each file in test/fixtures/fixes contains manifests, and the result of `gmsa lint --fix`. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { fixAll, type Fixed } from "../../../../../../cli/commands/lint/fix/fix-all";
import { commentsIn } from "../../../../../../cli/commands/lint/fix/fix-text";
import { lintManifests } from "../../../../../../cli/commands/lint/lint-manifests";
import { documentsIn } from "../../../../../../cli/manifests/documents";
import { parseManifests } from "../../../../../../cli/manifests/manifests";

interface Case {
  description: string;
  before: string;
  /** The expected text, or `same`. */
  after: string;
  /** Number of corrected findings. */
  made: number;
  /** Codes of the findings that remain. */
  left: string[];
}

const FIXTURES = join(__dirname, "../../../../../fixtures");
const NAME = "case.yaml";

async function fix(text: string): Promise<Fixed & { text: string }> {
  const file = { name: NAME, text };
  const read = { files: [NAME], skipped: [], charts: [], texts: new Map([[NAME, file]]) };
  const fixed = await fixAll(
    { ...parseManifests(file), ...read },
    repository => lintManifests(repository, { namespace: "default", closed: false }),
    () => true,
  );
  return { ...fixed, text: fixed.repository.texts.get(NAME)?.text ?? "" };
}

function codesOf({ report }: Pick<Fixed, "report">): string[] {
  return report.findings.map(({ code }) => code);
}

function fixtures(folder: string): [string, string][] {
  return readdirSync(join(FIXTURES, folder)).map(file => [
    `${folder}/${file}`,
    readFileSync(join(FIXTURES, folder, file), "utf8"),
  ]);
}

const cases = fixtures("fixes").map(([file, text]): [string, Case] => {
  const read = parse(text) as Case;
  return [`${file}: ${read.description}`, read];
});

describe("gmsa lint --fix", () => {
  test.each(cases)("%s", async (_, { before, after, made, left }) => {
    const fixed = await fix(before);
    expect(fixed.text).toBe(after === "same" ? before : after);
    expect(codesOf(fixed)).toEqual(left);
    expect(fixed.gone.length).toBe(made);
  });
});

/** Other ways to write the same text. */
const MANNERS: readonly (readonly [string, (text: string) => string])[] = [
  ["as it is", text => text],
  ["with the line breaks of Windows", text => text.replaceAll("\n", "\r\n")],
  ["without a line break at the end", text => text.trimEnd()],
  ["as JSON, one line each", text => json(text)],
  ["as JSON in lines", text => json(text, 2)],
  ["as JSON in lines with tabs", text => json(text, "\t")],
  ["as a List", text => JSON.stringify({ apiVersion: "v1", kind: "List", items: values(text) })],
];

/** A duplicate key does not exist in another text of the same values. */
const OF_TEXT = "GMSA205";

function isOther(written: string, text: string): boolean {
  return /: \*\w/.test(text) && !/: \*\w/.test(written);
}

function values(text: string): unknown[] {
  return documentsIn(text)
    .map(({ value }) => value)
    .filter(value => value !== undefined && value !== null);
}

function json(text: string, indent?: string | number): string {
  return values(text)
    .map(value => JSON.stringify(value, null, indent))
    .join("\n");
}

const texts: [string, string][] = [
  ...cases.map(([name, { before }]): [string, string] => [name, before]),
  ...fixtures("field"),
  ...fixtures("lint").map(([name, text]): [string, string] => [
    name,
    (parse(text) as { manifests: string }).manifests,
  ]),
];

describe("gmsa lint --fix of every fixture of gmsa lint", () => {
  test.each(texts)("%s", async (_, text) => {
    const plain = await fix(text);
    const due = codesOf(plain).filter(code => code !== OF_TEXT);
    for (const [manner, write] of MANNERS) {
      const before = write(text);
      const fixed = await fix(before);
      const left = codesOf(fixed).filter(code => code !== OF_TEXT);
      // Without its aliases, a text has another meaning.
      expect({ manner, left: isOther(before, text) ? due : left }).toEqual({ manner, left: due });
      expect(commentsIn(fixed.text)).toEqual(commentsIn(before));
      expect(documentsIn(fixed.text).map(({ failure }) => failure)).toEqual(
        documentsIn(before).map(({ failure }) => failure),
      );
      // A second run has nothing to fix.
      expect(await fix(fixed.text)).toMatchObject({ gone: [], text: fixed.text });
    }
  });
});
