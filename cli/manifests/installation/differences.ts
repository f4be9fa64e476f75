/** Pure: finds all fields in which two objects differ. */
import { isDeepStrictEqual } from "node:util";

/** One field. Undefined values are missing. */
export interface Difference {
  /** Such as `webhooks[pepr-gmsa.pepr.dev].timeoutSeconds`. */
  path: string;
  shipped: unknown;
  found: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Lists without a meaningful order: of plain values, or of maps without a name. */
const SETS = new Set([
  ...["apiGroups", "apiVersions", "operations", "resources", "resourceNames", "verbs", "values"],
  ...["policyTypes", "validationActions", "admissionReviewVersions", "shortNames", "categories"],
  ...["rules", "resourceRules", "matchExpressions", "ingress", "egress", "from", "to", "ports"],
  ...["tolerations", "subjects", "add", "drop", "topologySpreadConstraints", "finalizers"],
]);

/** The fields that match the maps of two lists: the first one that every map has. */
const KEYS = ["name", "mountPath"] as const;
/** Named lists without a meaningful order. */
const UNORDERED = new Set(["env", "volumes", "volumeMounts", "containers", "webhooks"]);

/** Every field in which the found value differs from the shipped one. */
export function differencesOf(shipped: unknown, found: unknown, path = ""): Difference[] {
  if (isDeepStrictEqual(shipped, found)) return [];
  if (isFields(shipped) && isFields(found)) return inFields(shipped, found, path);
  if (Array.isArray(shipped) && Array.isArray(found)) return inLists(shipped, found, path);
  return [{ path, shipped, found }];
}

function inFields(shipped: Fields, found: Fields, path: string): Difference[] {
  const keys = new Set([...Object.keys(shipped), ...Object.keys(found)]);
  return [...keys].flatMap(key => differencesOf(shipped[key], found[key], fieldPath(path, key)));
}

function inLists(shipped: unknown[], found: unknown[], path: string): Difference[] {
  const field = /([A-Za-z]+)$/.exec(path)?.[1] ?? "";
  const key = KEYS.find(each => [shipped, found].every(list => isKeyed(list, each)));
  // Ports have optional names, so they are compared as a set.
  if (key !== undefined && !SETS.has(field)) {
    return inNamedLists({ shipped, found, key, ordered: !UNORDERED.has(field) }, path);
  }
  if (SETS.has(field)) return inSets(shipped, found, path);
  if (shipped.length !== found.length) return [{ path, shipped, found }];
  return shipped.flatMap((item, index) => differencesOf(item, found[index], `${path}[${index}]`));
}

function inSets(shipped: unknown[], found: unknown[], path: string): Difference[] {
  // An empty list often selects everything, so its items are not reported one by one.
  if (shipped.length > 0 && found.length === 0) return [{ path, shipped, found }];
  const gone = without(shipped, found);
  const added = without(found, shipped);
  // If one map replaced another, report the differences inside.
  if (gone.length === 1 && added.length === 1 && isFields(gone[0]) && isFields(added[0])) {
    return differencesOf(gone[0], added[0], `${path}[${shipped.indexOf(gone[0])}]`);
  }
  return [
    ...gone.map(item => ({ path, shipped: item, found: undefined })),
    ...added.map(item => ({ path, shipped: undefined, found: item })),
  ];
}

/** Items that occur more often in the list than in the other one. */
function without(list: readonly unknown[], other: readonly unknown[]): unknown[] {
  const left = [...other];
  return list.filter(item => {
    const index = left.findIndex(each => isSame(each, item));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** Equality that ignores the order of sets inside. */
function isSame(left: unknown, right: unknown): boolean {
  return typeof left === "object" && typeof right === "object"
    ? differencesOf(left, right).length === 0
    : left === right;
}

interface NamedLists {
  shipped: unknown[];
  found: unknown[];
  key: string;
  ordered: boolean;
}

function inNamedLists({ shipped, found, key, ordered }: NamedLists, path: string): Difference[] {
  const [before, now] = [byName(shipped, key), byName(found, key)];
  const names = new Set([...before.keys(), ...now.keys()]);
  const inside = [...names].flatMap(name =>
    differencesOf(before.get(name), now.get(name), `${path}[${name}]`),
  );
  const orders = [before, now].map(map =>
    [...map.keys()].filter(name => before.has(name) && now.has(name)),
  );
  return ordered && !isDeepStrictEqual(orders[0], orders[1])
    ? [...inside, { path: `${path} (their order)`, shipped: orders[0], found: orders[1] }]
    : inside;
}

function byName(list: readonly unknown[], key: string): Map<string, unknown> {
  return new Map(list.map(item => [String((item as Fields)[key]), item]));
}

/** Whether all items are maps with distinct names. */
function isKeyed(list: readonly unknown[], key: string): boolean {
  const names = list.map(item => (isFields(item) ? item[key] : undefined));
  return names.every(name => typeof name === "string") && new Set(names).size === names.length;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldPath(path: string, key: string): string {
  const field = /^[\w-]+$/.test(key) ? key : `[${key}]`;
  return path === "" || field.startsWith("[") ? path + field : `${path}.${field}`;
}
