/** Pure: in which fields two objects differ, all of them. */
import { isDeepStrictEqual } from "node:util";

/** One field. Undefined: it is not there. */
export interface Difference {
  /** Such as `webhooks[pepr-gmsa.pepr.dev].timeoutSeconds`. */
  path: string;
  shipped: unknown;
  found: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Lists whose order means nothing: of plain values, or of maps without a name. */
const SETS = new Set([
  ...["apiGroups", "apiVersions", "operations", "resources", "resourceNames", "verbs", "values"],
  ...["policyTypes", "validationActions", "admissionReviewVersions", "shortNames", "categories"],
  ...["rules", "resourceRules", "matchExpressions", "ingress", "egress", "from", "to", "ports"],
  ...["tolerations", "subjects", "add", "drop", "topologySpreadConstraints", "finalizers"],
]);

/** The fields by which maps of a list are matched: the first of these that every map has. */
const KEYS = ["name", "mountPath"] as const;
/** Named, and in an order that nothing depends on. */
const UNORDERED = new Set(["env", "volumes", "volumeMounts", "containers", "webhooks"]);

/** Every field in which what was found differs from what was shipped. */
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
  // Ports may have names or none, and then have to be held together all the same.
  if (key !== undefined && !SETS.has(field)) {
    return inNamedLists({ shipped, found, key, ordered: !UNORDERED.has(field) }, path);
  }
  if (SETS.has(field)) return inSets(shipped, found, path);
  if (shipped.length !== found.length) return [{ path, shipped, found }];
  return shipped.flatMap((item, index) => differencesOf(item, found[index], `${path}[${index}]`));
}

function inSets(shipped: unknown[], found: unknown[], path: string): Difference[] {
  const gone = without(shipped, found);
  const added = without(found, shipped);
  // One map in place of another one: what matters is inside of it.
  if (gone.length === 1 && added.length === 1 && isFields(gone[0]) && isFields(added[0])) {
    return differencesOf(gone[0], added[0], `${path}[${shipped.indexOf(gone[0])}]`);
  }
  return [
    ...gone.map(item => ({ path, shipped: item, found: undefined })),
    ...added.map(item => ({ path, shipped: undefined, found: item })),
  ];
}

/** What is in one list more often than in the other one. */
function without(list: readonly unknown[], other: readonly unknown[]): unknown[] {
  const left = [...other];
  return list.filter(item => {
    const index = left.findIndex(each => isSame(each, item));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** Equal, with sets inside in whatever order. */
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

/** Maps that each have another name. */
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
