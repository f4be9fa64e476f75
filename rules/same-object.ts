/** Objects that are more than once in one text. kubectl applies each of them, and the last one stays. */
import { groupOf, type ObjectLike } from "./object";
import type { Problem } from "./problem";

/**
 * A text that is the same for two manifests of one object: its API group, kind, namespace and name. The
 * version may differ. Undefined for an object without a name, as with `generateName`.
 */
export function identityOf(object: ObjectLike): string | undefined {
  const { namespace = "", name } = object.metadata ?? {};
  // A manifest may have any value there.
  if (typeof name !== "string" || name === "") return undefined;
  return JSON.stringify([groupOf(object), object.kind, namespace, name]);
}

/**
 * Reports a manifest that a later one of the same object replaces.
 *
 * @param line of the last manifest of the object, in the same text.
 */
export function replacedProblem({ kind }: ObjectLike, line: number): Problem<"same object"> {
  return {
    level: "warning",
    reason: "same object",
    places: [{ path: ["metadata", "name"], text: "metadata.name" }],
    problem: `line ${line} has a ${kind} of the same name with other contents, which replaces this one`,
    remedy: "Remove one of them, or rename it where it is used as well.",
  };
}
