/** A separate module, so that the library loads only when YAML is printed. */
import { DEFAULT_SCHEMA, dump, Type } from "js-yaml";

/**
 * Numbers of YAML 1.1, which kubectl still reads as numbers and the library does not. They are written in
 * quotes.
 */
const OLD_NUMBER = new Type("tag:yaml.org,2002:int-1.1", {
  kind: "scalar",
  resolve: (text: unknown) =>
    typeof text === "string" &&
    /^[-+]?(?:[\d._]*\d[\d._]*(?:e[-+]?[\d_]+)?|0_*[xob][\da-f_]+)$/i.test(text),
});
const SCHEMA = DEFAULT_SCHEMA.extend({ implicit: [OLD_NUMBER] });

/** Converts an object to YAML. */
export function yamlOf(object: object): string {
  return dump(object, { lineWidth: -1, noRefs: true, schema: SCHEMA });
}

/** Joins YAML documents to one text. */
export function yamlStream(documents: readonly string[]): string {
  return documents.join("---\n");
}
