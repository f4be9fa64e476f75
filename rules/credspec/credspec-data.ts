/** Finds the JSON of credential specs in ConfigMaps and Secrets, which Pods cannot refer to. */
import { isObject, type ObjectLike } from "../object";
import { fieldOf, type FieldPath, type Problem } from "../problem";
import { KNOWN_KEYS } from "./checks/schema";

const KINDS = ["ConfigMap", "Secret"];
/** Characters. Longer texts are not credential specs, whose contents have at most 64 KiB. */
const LONGEST = 256 * 1024;
const KEYS = KNOWN_KEYS.credspec ?? [];
/** Every credential spec contains this key, so most texts do not have to be parsed. */
const PLUGINS = '"CmsPlugins"';
/** Byte order marks in a text with one character per byte, and every second byte of UTF-16. */
const MARKS = /^(?:\u00EF\u00BB\u00BF|\u00FF\u00FE|\u00FE\u00FF)|\0/g;

/**
 * Reports such JSON as information only, because another program may read it there.
 *
 * Restricted fields: data, stringData and binaryData of core/v1 ConfigMaps and Secrets.
 */
export function checkCredspecData(object: ObjectLike): Problem<"credspec data">[] {
  if (object.apiVersion !== "v1" || !KINDS.includes(object.kind)) return [];
  const { data, stringData, binaryData } = object as ObjectLike & Record<string, unknown>;
  const isSecret = object.kind === "Secret";
  const paths = [
    ...keysWith(data, isSecret ? decoded : plain).map(key => ["data", key]),
    ...keysWith(stringData, plain).map(key => ["stringData", key]),
    ...keysWith(binaryData, decoded).map(key => ["binaryData", key]),
  ];
  return paths.map((path: FieldPath) => ({
    level: "information",
    reason: "credspec data",
    places: [{ path, text: fieldOf(path) }],
    problem: `this is the JSON of a credential spec, but Pods cannot use it from a ${object.kind}`,
    remedy:
      "Run `gmsa convert` to convert it to a GMSACredentialSpec, unless another program reads it here.",
  }));
}

function keysWith(entries: unknown, textOf: (value: string) => string): string[] {
  if (!isObject(entries)) return [];
  return Object.entries(entries)
    .filter(
      ([, value]: [string, unknown]) =>
        typeof value === "string" && value.length <= LONGEST && isCredspecJson(textOf(value)),
    )
    .map(([key]) => key);
}

function plain(text: string): string {
  return text;
}

/** Returns an empty text if the value is not base64. */
function decoded(text: string): string {
  try {
    return atob(text).replace(MARKS, "");
  } catch {
    return "";
  }
}

function isCredspecJson(text: string): boolean {
  if (!text.includes(PLUGINS)) return false;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && KEYS.filter(key => key in value).length > 1;
  } catch {
    return false;
  }
}
