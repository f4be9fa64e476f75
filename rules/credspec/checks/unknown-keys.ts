import { distance } from "fastest-levenshtein";

import { isOnlyNear, plainWord } from "../../near";
import { fieldOf, type FieldPath } from "../../problem";
import { keysOf } from "./fields";
import { warning, type Finding } from "./finding";
import { KNOWN_KEYS } from "./schema";

/** This many letters may differ. */
const MOST_LETTERS = 2;
/** The path at which users paste a whole resource instead of its contents. */
const WHOLE_RESOURCE = "credspec.credspec";
/**
 * The API server's field validation: Strict, which kubectl requests, refuses the object; Warn and Ignore
 * drop the key.
 */
const REFUSED_OR_DROPPED =
  "kubectl apply refuses a key that the API server does not know; with --validate=false it is dropped, and Windows never sees it";

/**
 * Reports a key that the custom resource definition does not have.
 *
 * @param object the path of the object that has the key.
 */
export function unknownKey(object: FieldPath, key: string): Finding {
  const path = [...object, key];
  const siblings = KNOWN_KEYS[keysOf(object)] ?? [];
  const meant = meantBy(siblings, key);
  return warning({
    path,
    found: "an unknown key",
    expected: meant ?? "absent",
    remedy: `${whatToDo(fieldOf(path), meant)}; ${REFUSED_OR_DROPPED}`,
    edit:
      meant !== undefined && siblings.includes(meant) && isOnlyMeant(key, meant, siblings)
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

/** Whether no other key is as near: `Gid` may be Sid or Guid. */
function isOnlyMeant(key: string, meant: string, siblings: readonly string[]): boolean {
  const others = siblings.filter(known => known !== meant);
  return (
    isOnlyNear(key, meant, siblings) &&
    others.every(other => difference(other, key) > difference(meant, key))
  );
}

/** The number of letters that differ, whatever their case. */
function difference(known: string, key: string): number {
  return distance(plainWord(known), plainWord(key));
}

/**
 * Returns the key that was probably meant: a key in another case, misspelt, or one of another object.
 */
function meantBy(siblings: readonly string[], key: string): string | undefined {
  const [nearest] = siblings
    .filter(known => difference(known, key) <= MOST_LETTERS)
    .sort((a, b) => difference(a, key) - difference(b, key));
  return (
    nearest ??
    Object.entries(KNOWN_KEYS)
      .flatMap(([elsewhere, keys]) => keys.map(known => ({ known, path: `${elsewhere}.${known}` })))
      .find(({ known }) => plainWord(known) === plainWord(key))?.path
  );
}
