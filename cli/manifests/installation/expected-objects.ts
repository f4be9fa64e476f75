/** Pure: the shipped objects, as an installation with its own module, port and components should have them. */
import { isDeepStrictEqual } from "node:util";

import { KEEPER, NAME, TLS_SECRET } from "../../../kube/installation-names";
import { WARNED_KINDS } from "../../../rules/workload/warned-kinds";
import type { Difference } from "./differences";
import { differencesBetween } from "./object-differences";
import { containerOf, idOf, type ObjectsByName, type PlainObject } from "./plain-object";
import shipped from "./shipped.json";
import { KINDS_COMPONENT, withKindsOf } from "./warned-kinds";

/** A component of deploy/components. */
export interface Component {
  name: string;
  objects: readonly PlainObject[];
  without: readonly string[];
}

const BASE = shipped.base as unknown as readonly PlainObject[];
const COMPONENTS = shipped.components as unknown as readonly Component[];

/** The default port of the webhook. */
const DEFAULT_PORT = 10250;
const SHIPPED_PORT = new RegExp(`:("?)${DEFAULT_PORT}\\1(?=[,}\\]])`, "g");
const KINDS_WITH_PORT = ["Deployment", "Service", "NetworkPolicy"];

/** The Deployment of the webhook. */
export const CONTROLLER = `Deployment/${NAME}`;
const KEEPER_DEPLOYMENT = `Deployment/${KEEPER}`;

/** The shipped objects without components. */
export function baseObjects(): readonly PlainObject[] {
  return BASE;
}

/** Every object that may be part of an installation, including components. */
export function shippedObjects(): readonly PlainObject[] {
  const all = [...COMPONENTS.flatMap(({ objects }) => objects), ...BASE];
  return [...new Map(all.map(object => [idOf(object), object])).values()];
}

/** The shipped objects with the components in use, for values that are derived from them. */
export function wantedObjects(found: ObjectsByName): readonly PlainObject[] {
  const { base, inUse } = shippedFor(found);
  const without = new Set(inUse.flatMap(each => each.without));
  // An object of a component replaces the same object of the base.
  const wanted = [...base, ...inUse.flatMap(({ objects }) => objects)];
  const byId = new Map(wanted.map(object => [idOf(object), object]));
  return [...byId].filter(([id]) => !without.has(id)).map(([, object]) => object);
}

/** The hash of the module that the replicas run; "" if it is not known. */
export function moduleHash(found: ObjectsByName): string {
  // Both Deployments have it in their arguments. Either may be missing or have different arguments.
  const args = [CONTROLLER, KEEPER_DEPLOYMENT].flatMap(name => containerOf(found[name]).args ?? []);
  return args.find(arg => /^[0-9a-f]{64}$/.test(arg)) ?? "";
}

/** The port on which the replicas listen. */
function webhookPort(found: ObjectsByName): number {
  const { env = [] } = containerOf(found[CONTROLLER]);
  const port = Number(env.find(({ name }) => name === "WEBHOOK_PORT")?.value);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : DEFAULT_PORT;
}

/** What an installation should have. */
export interface Shipped {
  base: readonly PlainObject[];
  /** The components that are partly or completely installed, with this installation's kinds. */
  inUse: readonly Component[];
  /** How each object of the base that is in the cluster differs there, by its name from `idOf`. */
  changes: ReadonlyMap<string, readonly Difference[]>;
}

/** The shipped objects with the module and the Secret of this installation. */
export function shippedFor(found: ObjectsByName): Shipped {
  const hash = moduleHash(found);
  const port = webhookPort(found);
  const tls = containerOf(found[KEEPER_DEPLOYMENT]).env?.find(
    ({ name }) => name === "TLS_SECRET",
  )?.value;
  const resolve = (object: PlainObject): PlainObject => {
    let text = JSON.stringify(object);
    if (KINDS_WITH_PORT.includes(object.kind)) {
      text = text.replaceAll(SHIPPED_PORT, `:$1${port}$1`);
    }
    if (hash !== "") text = text.replaceAll("MODULE_HASH", hash);
    if (tls !== undefined && object.kind !== "Secret") {
      text = text.replaceAll(JSON.stringify(TLS_SECRET), JSON.stringify(tls));
    }
    return JSON.parse(text) as PlainObject;
  };
  const base = BASE.map(resolve);
  const kinds = containerOf(found[CONTROLLER]).env?.find(
    ({ name }) => name === WARNED_KINDS,
  )?.value;
  const components = COMPONENTS.map(component => {
    const objects = component.objects.map(resolve);
    const isOfKinds = component.name === KINDS_COMPONENT && kinds !== undefined;
    return { ...component, objects: isOfKinds ? withKindsOf(kinds, objects) : objects };
  });
  const changes = new Map(
    base.flatMap((before): [string, Difference[]][] => {
      const id = idOf(before);
      const there = found[id];
      return there === undefined ? [] : [[id, differencesBetween(before, there)]];
    }),
  );
  const inUse = components.filter(component => isInUse(component, { base, changes }, found));
  return { base, inUse, changes };
}

/**
 * Whether the cluster has an object or a value that only this component adds. Secrets do not count, because
 * they remain after the component is removed.
 */
function isInUse(
  component: Component,
  { base, changes }: Pick<Shipped, "base" | "changes">,
  found: ObjectsByName,
): boolean {
  return component.objects.some(object => {
    const id = idOf(object);
    if (object.kind === "Secret" || found[id] === undefined) return false;
    const before = base.find(each => idOf(each) === id);
    if (before === undefined) return true;
    const actual = (changes.get(id) ?? []).filter(each => each.found !== undefined);
    if (actual.length === 0) return false;
    return changesOf(component, before).some(change =>
      actual.some(each => isDeepStrictEqual(each, change)),
    );
  });
}

/** The changes of a component to an object. */
export function changesOf({ objects }: Component, before: PlainObject): Difference[] {
  const after = objects.find(object => idOf(object) === idOf(before));
  return after === undefined ? [] : differencesBetween(before, after);
}
