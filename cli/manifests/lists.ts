/** Lists of objects, as `kubectl get -o yaml` writes them. */
import * as z from "zod/mini";

import type { ObjectLike } from "../../rules/object";
import { shapeProblemOf, type ShapeProblem } from "./object-shapes";

const list = z.object({ items: z.nullable(z.array(z.unknown())) });

/**
 * The items of a `List`, or of a typed list such as a PodList, whose items may omit their kind; or the
 * problem of the list. Undefined for other objects: a kind may end in "List" without being one.
 *
 * Source: unstructuredJSONScheme.decodeToList (k8s.io/apimachinery, unstructured/helpers.go)
 */
export function membersOf(object: ObjectLike): unknown[] | ShapeProblem | undefined {
  if (object.kind !== "List" && !(object.kind.endsWith("List") && "items" in object)) {
    return undefined;
  }
  const wrong = shapeProblemOf(object, list);
  if (wrong !== undefined) return wrong;
  const { items } = object as { items?: unknown[] | null };
  const kind = object.kind.slice(0, -"List".length);
  const implied = { apiVersion: object.apiVersion, kind };
  return (items ?? []).map(item =>
    kind === "" || !isMapping(item) || "kind" in item ? item : { ...item, ...implied },
  );
}

/** Whether a value is an object and not a list. */
export function isMapping(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
