/** Compares the reader of manifests with kubectl's own results. */
import { parseManifests } from "../../../../cli/manifests/manifests";
import { scalarsText, scalarsValue, SCALARS, TEXTS } from "../../../fixtures/read-by-kubectl";

function specsOf(text: string): unknown[] | "refused" {
  const { manifests, problems } = parseManifests({
    name: "case.yaml",
    text: text.replace(/^\ufeff/, ""),
  });
  if (problems.some(({ level }) => level === "error")) return "refused";
  return manifests.map(({ object }) => (object as { spec?: unknown }).spec);
}

describe("a manifest is read as kubectl reads it", () => {
  test("the table has many scalars, each once", () => {
    expect(SCALARS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(SCALARS.map(([text]) => text)).size).toBe(SCALARS.length);
  });

  test("every scalar", () => {
    expect(specsOf(scalarsText())).toEqual([scalarsValue()]);
  });

  test.each(TEXTS)("%s", (_, text, specs) => {
    expect(specsOf(text)).toEqual(specs);
  });

  // With a search from each of these characters to the end, this would take minutes.
  test.each([" ", "*", "{", "} ", "? "])("a long run of %j", characters => {
    expect(specsOf(`apiVersion: v1\nkind: Any\nspec: "${characters.repeat(500_000)}."\n`)).toEqual([
      `${characters.repeat(500_000)}.`,
    ]);
  });
});
