/**
 * Corrections that have only one right answer, as values, and a function that applies them to a copy.
 */
import { isObject, valueAt } from "./object";
import type { FieldPath, Fix } from "./problem";

/** Creates a correction that replaces a value. */
export function valueFix(path: FieldPath, to: string): Fix {
  return { path, edit: { kind: "value", to } };
}

/** Creates a correction that renames a key. */
export function keyFix(path: FieldPath, to: string): Fix {
  return { path, edit: { kind: "key", to } };
}

/** Prefixes the paths of a correction with those of the object around it. */
export function fixUnder(root: FieldPath, { path, edit }: Fix): Fix {
  const to = edit.kind === "move" ? { ...edit, to: [...root, ...edit.to] } : edit;
  return { path: [...root, ...path], edit: to };
}

/** A mapping or a list, with keys or indices. */
type Holder = Record<string | number, unknown>;

/**
 * Applies corrections to a copy of a JSON value. Returns undefined if one of them cannot be applied,
 * because another field is in its way.
 */
export function withFixes(value: unknown, fixes: readonly Fix[]): unknown {
  const copy = JSON.parse(JSON.stringify(value)) as unknown;
  return fixes.every(fix => correct(copy, fix)) ? copy : undefined;
}

function correct(root: unknown, { path, edit }: Fix): boolean {
  const holder = valueAt(root, path.slice(0, -1)) as Holder | undefined;
  const key = path.at(-1);
  if (key === undefined || !isObject(holder) || !(key in holder)) return false;
  switch (edit.kind) {
    case "value":
    case "quote":
      holder[key] = edit.to;
      return true;
    case "key":
      return rename(holder, key, edit.to);
    case "move":
      return put(root, edit.to, holder[key]) && remove(root, path);
    case "remove":
      return remove(root, path);
  }
}

function rename(holder: Holder, key: string | number, to: string): boolean {
  if (Array.isArray(holder) || to in holder) return false;
  holder[to] = holder[key];
  return Reflect.deleteProperty(holder, key);
}

function put(root: unknown, path: FieldPath, value: unknown): boolean {
  let holder = root;
  for (const key of path.slice(0, -1)) {
    if (!isObject(holder)) return false;
    const fields = holder as Holder;
    if (!(key in fields)) fields[key] = {};
    holder = fields[key];
  }
  const last = path.at(-1);
  if (last === undefined || !isObject(holder) || Array.isArray(holder) || last in holder) {
    return false;
  }
  (holder as Holder)[last] = value;
  return true;
}

/** Removes a field, along with each parent that would be left empty. */
function remove(root: unknown, path: FieldPath): boolean {
  const end = endOfRemoval(root, path);
  return Reflect.deleteProperty(valueAt(root, end.slice(0, -1)) as object, end.at(-1) ?? "");
}

/** Returns the path of the outermost field that holds nothing but the field at `path`. */
export function endOfRemoval(root: unknown, path: FieldPath): FieldPath {
  const above = path.slice(0, -1);
  const holder = valueAt(root, above);
  const isAlone = isObject(holder) && Object.keys(holder).length === 1 && !Array.isArray(holder);
  return isAlone && typeof above.at(-1) === "string" ? endOfRemoval(root, above) : path;
}
