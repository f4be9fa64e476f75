import { distance } from "fastest-levenshtein";

import { isOnlyNear } from "../../near";
import { fieldOf, type FieldPath } from "../../problem";
import { keysOf } from "./fields";
import { warning, type Finding } from "./finding";
import { KNOWN_KEYS } from "./schema";

/** The credspec of a resource, where it was taken with all that is around it. */
const WHOLE_RESOURCE = "credspec.credspec";
/** Field validation of the API server: Strict, as kubectl asks for, refuses; Warn and Ignore prune. */
const REFUSED_OR_DROPPED =
  "kubectl apply refuses a key that the API server does not know; with --validate=false it is dropped, and Windows never sees it";

/**
 * A key that the custom resource definition does not know.
 *
 * @param object path of the object that has it.
 */
export function unknownKey(object: FieldPath, key: string): Finding {
  const path = [...object, key];
  const meant = meantBy(object, key);
  const siblings = KNOWN_KEYS[keysOf(object)] ?? [];
  return warning({
    path,
    found: "an unknown key",
    expected: meant ?? "absent",
    remedy: `${whatToDo(fieldOf(path), meant)}; ${REFUSED_OR_DROPPED}`,
    edit:
      meant !== undefined && siblings.includes(meant) && isOnlyNear(key, meant, siblings)
        ? { kind: "key", to: meant }
        : undefined,
  });
}

function whatToDo(field: string, meant: string | undefined): string {
  if (field === WHOLE_RESOURCE) {
    return "replace it with the keys below it, without apiVersion, kind and metadata";
  }
  return meant === undefined ? "remove it" : `write ${meant} instead`;
}

/** The key that was probably meant: in another case, misspelt, or of another object. */
function meantBy(object: FieldPath, key: string): string | undefined {
  const siblings = KNOWN_KEYS[keysOf(object)] ?? [];
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, "");
  return (
    siblings.find(known => plain(known) === plain(key)) ??
    siblings.find(known => distance(plain(known), plain(key)) <= 2) ??
    Object.entries(KNOWN_KEYS)
      .flatMap(([elsewhere, keys]) => keys.map(known => ({ known, path: `${elsewhere}.${known}` })))
      .find(({ known }) => plain(known) === plain(key))?.path
  );
}
