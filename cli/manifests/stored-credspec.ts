/** What becomes of a credspec in a cluster: the API server takes no value of another type, and drops keys. */
import type { JsonObject } from "../../rules/credspec/contents";
import { KNOWN_KEYS } from "../../rules/credspec/checks/schema";
import { shapeOf } from "../../rules/credspec/checks/parse";

/** What is stored, nothing at all, or that the API server refuses the object. */
export type StoredCredspec =
  | { outcome: "stored"; value: JsonObject }
  | { outcome: "no credspec key" }
  | { outcome: "refused" };

/**
 * @param credspec what a manifest has under its key `credspec`.
 * @param isSound whether checkCredspec has found no error in it: then its types need no second look.
 *
 * Source: the custom resource definition in crds/; keys that it does not know, and nulls, are
 * pruned before an object is validated and stored,
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export function storedCredspec(credspec: unknown, isSound = false): StoredCredspec {
  if (credspec === undefined || credspec === null) return { outcome: "no credspec key" };
  if (!isSound && shapeOf(credspec).wrongTypes.some(({ level }) => level === "error")) {
    return { outcome: "refused" };
  }
  return { outcome: "stored", value: pruned(credspec, "credspec") as JsonObject };
}

/** @param place path of the value, without the positions in lists. */
function pruned(value: unknown, place: string): unknown {
  if (Array.isArray(value)) return value.map(member => pruned(member, place));
  if (typeof value !== "object" || value === null) return value;
  const known = KNOWN_KEYS[place] ?? [];
  const stored: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (known.includes(key) && member !== null) {
      stored[key] = pruned(member, `${place}.${key}`);
    }
  }
  return stored;
}
