/** Each entry of the fixture is a file of a repository. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { documentsIn } from "../../../../../cli/manifests/documents";
import {
  describe as describeFile,
  mayHoldObjects,
  otherKindOf,
} from "../../../../../cli/manifests/repository/not-manifests";

interface Case {
  name: string;
  text: string;
  is: string;
}

const FIXTURES = join(__dirname, "../../../../fixtures");
const cases = parse(readFileSync(join(FIXTURES, "repository/other-files.yaml"), "utf8")) as Case[];

/**
 * Decides as a run does: by words in the text, and only if these allow objects by the parsed
 * documents.
 */
function kindOf({ name, text }: Case): string | undefined {
  return mayHoldObjects(text)
    ? otherKindOf(name, text, documentsIn(text))
    : describeFile(name, text);
}

describe("the kind of a file in a repository", () => {
  test.each(cases)("$name: $is", one => {
    expect(kindOf(one) ?? "object").toBe(one.is);
  });

  test("is never decided by words alone if parsing would find an object", () => {
    const texts = ["lint", "field"].flatMap(folder =>
      readdirSync(join(FIXTURES, folder)).map(file => ({
        name: file,
        text: readFileSync(join(FIXTURES, folder, file), "utf8"),
      })),
    );
    const objects = [...cases, ...texts].filter(
      ({ name, text }) => otherKindOf(name, text, documentsIn(text)) === undefined,
    );
    expect(objects.length).toBeGreaterThan(20);
    expect(objects.filter(({ text }) => !mayHoldObjects(text))).toEqual([]);
  });
});
