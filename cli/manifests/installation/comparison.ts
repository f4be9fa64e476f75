/** Pure: compares an installation with the shipped one, object by object. */
import { isDeepStrictEqual } from "node:util";

import { differencesOf, type Difference } from "./differences";
import {
  changesOf,
  CONTROLLER,
  shippedFor,
  type Component,
  type Shipped,
} from "./expected-objects";
import { harmlessReason } from "./harmless";
import { helmReleaseOf } from "./helm-release";
import { differencesBetween } from "./object-differences";
import { idOf, type ObjectsByName, type PlainObject } from "./plain-object";

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

/** Set by the chart: the objects that its values leave out, as kinds or as kind/name. */
const OMITTED = "gmsa.pepr.dev/omitted-kinds";

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
  const shipped = shippedFor(found);
  const { base, inUse } = shipped;
  return [
    // Without the Deployment, the hash of the module is not known, and its Secret is left out.
    ...base
      .filter(({ metadata }) => !metadata.name.endsWith("MODULE_HASH"))
      .flatMap(object => inOneObject(object, shipped, found)),
    ...inUse.flatMap(component => ofComponent(component, shipped, found)),
  ].filter(({ object }) => readable(object));
}

function inOneObject(
  object: PlainObject,
  { inUse, changes }: Shipped,
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
  const unwanted = (changes.get(id) ?? [])
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
  { base, changes }: Shipped,
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
    const actual = changes.get(id) ?? [];
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
