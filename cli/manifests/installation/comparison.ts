/** Pure: compares an installation with the shipped one, object by object. */
import { isDeepStrictEqual } from "node:util";

import {
  KEEPER,
  NAME,
  NAMESPACE,
  TLS_SECRET,
  WEBHOOK_NAMES,
} from "../../../kube/installation-names";
import { WARNED_KINDS } from "../../../rules/workload/warned-kinds";
import { withDefaults } from "./defaults";
import { differencesOf, type Difference } from "./differences";
import { harmlessReason } from "./harmless";
import { helmReleaseOf } from "./helm-release";
import shipped from "./shipped.json";
import { KINDS_COMPONENT, withKindsOf } from "./warned-kinds";

/** Any object, as the API server returns it. */
export interface PlainObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    finalizers?: readonly string[];
  };
  [field: string]: unknown;
}

/** Objects by `idOf`. */
export type ObjectsByName = Readonly<Record<string, PlainObject | undefined>>;

interface Component {
  name: string;
  objects: readonly PlainObject[];
  without: readonly string[];
}

/** A difference of one object from the shipped one. */
export interface ObjectDifference {
  /** The name from `idOf`. */
  object: string;
  /** Undefined if the object is missing. */
  difference: Difference | undefined;
  /** The component of deploy/components that is in use and requires this, unlike the installation. */
  component?: string;
  /** Applying the YAML again does not set the field back. */
  isKept?: true;
}

const BASE = shipped.base as unknown as readonly PlainObject[];
const COMPONENTS = shipped.components as unknown as readonly Component[];

/** Set by the chart: the objects that its values leave out, as kinds or as kind/name. */
const OMITTED = "gmsa.pepr.dev/omitted-kinds";

/** The default port of the webhook. */
const DEFAULT_PORT = 10250;
const SHIPPED_PORT = new RegExp(`:("?)${DEFAULT_PORT}\\1(?=[,}\\]])`, "g");
const KINDS_WITH_PORT = ["Deployment", "Service", "NetworkPolicy"];

const OUR_WEBHOOKS = Object.values(WEBHOOK_NAMES).flat();

const CONTROLLER = `Deployment/${NAME}`;
const KEEPER_DEPLOYMENT = `Deployment/${KEEPER}`;

/** Kind/name, or kind/namespace/name outside the namespace of the installation. */
export function idOf({ kind, metadata }: PlainObject): string {
  const { namespace = NAMESPACE, name } = metadata;
  return namespace === NAMESPACE ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

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

/**
 * All differences from the shipped installation, except harmless ones.
 *
 * @param found the objects of the cluster.
 * @param readable whether an object could be read. Others are left out.
 */
export function compareInstallation(
  found: ObjectsByName,
  readable: (object: string) => boolean,
): ObjectDifference[] {
  const { base, inUse } = shippedFor(found);
  return [
    // Without the Deployment, the hash of the module is not known, and its Secret is left out.
    ...base
      .filter(({ metadata }) => !metadata.name.endsWith("MODULE_HASH"))
      .flatMap(object => inOneObject(object, inUse, found)),
    ...inUse.flatMap(component => ofComponent(component, base, found)),
  ].filter(({ object }) => readable(object));
}

interface Shipped {
  base: readonly PlainObject[];
  /** The components that are partly or completely installed, with this installation's kinds. */
  inUse: readonly Component[];
}

/** The shipped objects with the module and the Secret of this installation. */
function shippedFor(found: ObjectsByName): Shipped {
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
  return { base, inUse: components.filter(component => isInUse(component, base, found)) };
}

function inOneObject(
  object: PlainObject,
  inUse: readonly Component[],
  found: ObjectsByName,
): ObjectDifference[] {
  const id = idOf(object);
  const there = found[id];
  const isLeftOut = inUse.some(({ without }) => without.includes(id)) || isOmitted(object, found);
  if (there === undefined) {
    return isLeftOut && object.kind !== "CustomResourceDefinition"
      ? []
      : [{ object: id, difference: undefined }];
  }
  // An object that is left out, or that Helm creates, is not compared.
  if (isLeftOut || isOfHelm(id, found)) return [];
  const wanted = inUse.flatMap(component => changesOf(component, object));
  const unwanted = differencesBetween(object, there)
    .filter(difference => !wanted.some(each => isDeepStrictEqual(each, difference)))
    .flatMap(difference => insideAddition(difference, wanted));
  const differences = notable(id, unwanted);
  const written = differences.length === 0 ? [] : differencesOf(object, there);
  return differences.map(difference => ({
    ...{ object: id, difference },
    ...(isKept(id, difference, written) ? { isKept: true } : {}),
  }));
}

/**
 * Whether `kubectl apply` and Helm keep a value: the YAML leaves the field to the API server's default, or the
 * field is the key by which they find the item, so that they would add a second one.
 *
 * @param written the differences from the YAML without defaults. Items of a set have the same path.
 */
function isKept(
  object: string,
  { path, shipped: due }: Difference,
  written: readonly Difference[],
): boolean {
  if (object.startsWith("Service/") && /^spec\.ports\[\d+\]\.port$/.test(path)) return true;
  const same = written.filter(each => each.path === path);
  return due !== undefined && same.length > 0 && same.every(each => each.shipped === undefined);
}

/** Whether a path ends at a named item. Other items are in sets, where several have the same path. */
function isNamed(path: string): boolean {
  return path.endsWith("]");
}

/** If a component adds a whole item, such as a webhook, only the fields that differ. */
function insideAddition(difference: Difference, wanted: readonly Difference[]): Difference[] {
  const { path, shipped: before, found } = difference;
  const addition = wanted.find(
    each => each.path === path && each.shipped === undefined && isNamed(path),
  );
  return before === undefined && addition !== undefined
    ? differencesOf(addition.found, found, path)
    : [difference];
}

/** The requirements of a component in use that the cluster does not meet. */
function ofComponent(
  component: Component,
  base: readonly PlainObject[],
  found: ObjectsByName,
): ObjectDifference[] {
  return component.objects.flatMap((object): ObjectDifference[] => {
    const id = idOf(object);
    const there = found[id];
    const before = base.find(each => idOf(each) === id);
    const part = { object: id, component: component.name };
    if (there === undefined) {
      const isMissing = before === undefined && !isOmitted(object, found);
      return isMissing ? [{ ...part, difference: undefined }] : [];
    }
    if (before === undefined) {
      const own = notable(id, differencesBetween(object, there));
      return own.map(difference => ({ ...part, difference }));
    }
    const actual = differencesBetween(before, there);
    return (
      changesOf(component, before)
        .filter(change => !actual.some(each => isDeepStrictEqual(each, change)))
        // A third value is reported as a difference from the base.
        .filter(
          ({ path, shipped: plain }) =>
            (plain === undefined && !isNamed(path)) || !actual.some(each => each.path === path),
        )
        .map(({ path, shipped: plain, found: wanted }) => ({
          ...part,
          difference: { path, shipped: wanted, found: plain },
        }))
    );
  });
}

/**
 * Whether the cluster has an object or a value that only this component adds. Secrets do not count, because
 * they remain after the component is removed.
 */
function isInUse(
  component: Component,
  base: readonly PlainObject[],
  found: ObjectsByName,
): boolean {
  return component.objects.some(object => {
    const there = object.kind === "Secret" ? undefined : found[idOf(object)];
    if (there === undefined) return false;
    const before = base.find(each => idOf(each) === idOf(object));
    if (before === undefined) return true;
    const actual = differencesBetween(before, there);
    return changesOf(component, before).some(change =>
      actual.some(each => each.found !== undefined && isDeepStrictEqual(each, change)),
    );
  });
}

/** The changes of a component to an object. */
function changesOf({ objects }: Component, before: PlainObject): Difference[] {
  const after = objects.find(object => idOf(object) === idOf(before));
  return after === undefined ? [] : differencesBetween(before, after);
}

function differencesBetween(before: PlainObject, there: PlainObject): Difference[] {
  return differencesOf(plain(before), plain(there));
}

/**
 * An object for comparison: with defaults; a Secret with its keys only; our webhooks without the fields that
 * are filled in.
 */
function plain({ data, ...object }: PlainObject): object {
  const filled = withoutTrust(withDefaults(object));
  return object.kind === "Secret"
    ? { ...filled, data: keysOf(data) }
    : { ...filled, ...(data === undefined ? {} : { data }) };
}

/**
 * pepr-gmsa-certificates or cert-manager fill in the CA and the path. The check `certificate` covers them.
 */
function withoutTrust(object: { kind: string; webhooks?: unknown }): object {
  if (!object.kind.endsWith("WebhookConfiguration")) return object;
  for (const { name, clientConfig } of (object.webhooks ?? []) as Webhook[]) {
    if (!OUR_WEBHOOKS.includes(name)) continue;
    delete clientConfig?.caBundle;
    delete clientConfig?.service?.path;
  }
  return object;
}

interface Webhook {
  name: string;
  clientConfig?: { caBundle?: string; service?: { path?: string } };
}

function keysOf(data: unknown): Record<string, string> {
  const keys = Object.keys(data ?? {}).filter(key => key.startsWith("module-"));
  return Object.fromEntries(keys.map(key => [key, "present"]));
}

function notable(id: string, differences: Difference[]): Difference[] {
  return differences.filter(difference => harmlessReason(id, difference) === undefined);
}

function isOmitted(object: PlainObject, found: ObjectsByName): boolean {
  const omitted = (found[CONTROLLER]?.metadata.annotations?.[OMITTED] ?? "").split(",");
  return omitted.includes(object.kind) || omitted.includes(idOf(object));
}

/** Helm creates the namespace of its release itself, without labels. */
function isOfHelm(id: string, found: ObjectsByName): boolean {
  return id.startsWith("Namespace/") && helmReleaseOf(found[CONTROLLER]?.metadata) !== undefined;
}

interface Container {
  args?: string[];
  env?: { name: string; value?: string }[];
}

function containerOf(deployment: PlainObject | undefined): Container {
  const { spec } = (deployment ?? {}) as {
    spec?: { template?: { spec?: { containers?: Container[] } } };
  };
  return spec?.template?.spec?.containers?.[0] ?? {};
}
