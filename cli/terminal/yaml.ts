/** A module of its own, so that only what prints YAML loads the library. */
import { dump } from "js-yaml";

/** Any object as YAML. */
export function yamlOf(object: object): string {
  return dump(object, { lineWidth: -1, noRefs: true });
}

/** Several YAML documents as one text. */
export function yamlStream(documents: readonly string[]): string {
  return documents.join("---\n");
}
