/**
 * Changes every field of the shipped objects that decide about admission and rights, one at a time:
 * each change is a difference that `gmsa doctor` reports, unless it is listed as harmless.
 */
import { isDeepStrictEqual } from "node:util";

import { baseObjects } from "../../../../../cli/manifests/installation/expected-objects";
import { idOf, type PlainObject } from "../../../../../cli/manifests/installation/plain-object";
import { withDefaults } from "../../../../../cli/manifests/installation/defaults";
import {
  differencesOf,
  type Difference,
} from "../../../../../cli/manifests/installation/differences";
import { harmlessReason } from "../../../../../cli/manifests/installation/harmless";

type Path = (string | number)[];

/** The kinds whose objects decide whether GMSA is checked, and which rights are granted. */
const DECIDING = baseObjects().filter(({ kind }) =>
  /Webhook|ValidatingAdmissionPolicy|Role|NetworkPolicy|^Service$/.test(kind),
);
/** Labels and annotations for people, and the fields that identify the object. */
const OTHERS = /^(apiVersion|kind|status|metadata)$|^metadata\.(labels|annotations|name)/;
/** The API server fills in these values where they are missing. */
const DEFAULTS: readonly [path: RegExp, value: unknown][] = [
  [/\.failurePolicy$/, "Fail"],
  [/\.matchPolicy$/, "Equivalent"],
  [/\.reinvocationPolicy$/, "Never"],
  [/\.timeoutSeconds$/, 10],
  [/\.(namespaceSelector|objectSelector)$/, {}],
  [/\.(protocol|ports)\.protocol$|\.ports\.\d+\.protocol$/, "TCP"],
];
/** Values of the chart: the ports of the API server, of which there may be fewer. */
const PORT_OF_API_SERVER = /^spec\.egress\.0\.ports\.\d+(\.port)?$/;

/** Every path of a value, with objects and lists before their members. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...members.flatMap(([key, member]) => pathsIn(member, [...path, key]))];
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce((at, key) => (at as Record<string | number, unknown>)[key], root);
}

/** Changes that a user may make to a value; `undefined` removes it. */
function alternatives(value: unknown): unknown[] {
  if (typeof value === "string") return [`${value}-x`, "", undefined];
  if (typeof value === "number") return [value + 1, undefined];
  if (typeof value === "boolean") return [!value, undefined];
  if (Array.isArray(value)) return [[...(value as unknown[]), { more: "x" }], [], undefined];
  return [{ ...(value as object), more: "x" }, {}, undefined];
}

/** Whether it means the same, to the API server or according to the values of the chart. */
function isSame(path: string, value: unknown, other: unknown): boolean {
  const [, byDefault] = DEFAULTS.find(([where]) => where.test(path)) ?? [];
  return (
    isDeepStrictEqual(value, other) ||
    (other === undefined && byDefault !== undefined && isDeepStrictEqual(value, byDefault)) ||
    (PORT_OF_API_SERVER.test(path) &&
      typeof other === (path.endsWith(".port") ? "number" : "undefined"))
  );
}

function changed(object: PlainObject, path: Path, value: unknown): PlainObject {
  const copy = structuredClone(object);
  const holder = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const last = path.at(-1) ?? "";
  if (value !== undefined) holder[last] = value;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else Reflect.deleteProperty(holder, last);
  return copy;
}

/** The differences of an object from a shipped one that are reported. */
function reported(shipped: PlainObject, found: PlainObject): Difference[] {
  return differencesOf(withDefaults(shipped), withDefaults(found)).filter(
    difference => harmlessReason(idOf(shipped), difference) === undefined,
  );
}

test.each(DECIDING.map(object => ({ id: idOf(object), object })))(
  "$id: a change of any field is a difference",
  ({ object }) => {
    const unseen: string[] = [];
    let tried = 0;
    for (const path of pathsIn(object).slice(1)) {
      const [name, value] = [path.join("."), valueAt(object, path)];
      const others = OTHERS.test(name) ? [] : alternatives(value);
      for (const other of others.filter(each => !isSame(name, value, each))) {
        tried++;
        if (reported(object, changed(object, path, other)).length === 0) {
          unseen.push(`${name}: ${JSON.stringify(value)} -> ${JSON.stringify(other)}`);
        }
      }
    }
    expect(reported(object, object)).toEqual([]);
    expect(tried).toBeGreaterThan(3);
    expect(unseen).toEqual([]);
  },
);
