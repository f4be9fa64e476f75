/**
 * What a cluster stores of a credential spec: the API server refuses values of a wrong type, and drops
 * unknown keys.
 */
import type { JsonObject } from "../../rules/json-object";
import { KNOWN_KEYS } from "../../rules/credspec/checks/schema";
import { shapeOf } from "../../rules/credspec/checks/parse";

/** The stored value, or why nothing is stored: the key is missing, or the API server refuses the object. */
export type StoredCredspec =
  | { outcome: "stored"; value: JsonObject }
  | { outcome: "no credspec key" }
  | { outcome: "refused" };

/**
 * @param credspec the value of a manifest's key `credspec`.
 * @param isSound whether checkCredspec has found no errors. Then the types are not checked again.
 *
 * Source: the custom resource definition in crds/. Unknown keys and nulls are pruned before an object is
 * validated and stored,
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export function storedCredspec(credspec: unknown, isSound = false): StoredCredspec {
  if (credspec === undefined || credspec === null) return { outcome: "no credspec key" };
  if (!isSound && shapeOf(credspec).wrongTypes.some(({ level }) => level === "error")) {
    return { outcome: "refused" };
  }
  return { outcome: "stored", value: pruned(credspec, "credspec") as JsonObject };
}

/** @param place path of the value, without list positions. */
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
