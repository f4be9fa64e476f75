/** A module of its own, so that only what prints YAML loads the library. */
import { DEFAULT_SCHEMA, dump, Type } from "js-yaml";

/** What the library no longer takes for a number, but kubectl does (YAML 1.1): written in quotes. */
const OLD_NUMBER = new Type("tag:yaml.org,2002:int-1.1", {
  kind: "scalar",
  resolve: (text: unknown) =>
    typeof text === "string" &&
    /^[-+]?(?:[\d._]*\d[\d._]*(?:e[-+]?[\d_]+)?|0_*[xob][\da-f_]+)$/i.test(text),
});
const SCHEMA = DEFAULT_SCHEMA.extend({ implicit: [OLD_NUMBER] });

/** Any object as YAML. */
export function yamlOf(object: object): string {
  return dump(object, { lineWidth: -1, noRefs: true, schema: SCHEMA });
}

/** Several YAML documents as one text. */
export function yamlStream(documents: readonly string[]): string {
  return documents.join("---\n");
}
