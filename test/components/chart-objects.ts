/** Compares the objects of a chart with those of the other installation methods. */
import { compare } from "fast-json-patch";
import { readFileSync } from "node:fs";

import { readObjects, type KubernetesObject } from "../../tools/build/chart/objects";
import { MANIFEST } from "../../testbed/manifests/built-manifest";

/** The change of an object: added, removed, or changed fields (null: removed). */
export type Change = "added" | "removed" | Record<string, unknown>;

/** Objects by kind and name. */
export type Objects = Record<string, Record<string, unknown>>;

/** The namespace of the release. */
const OURS = "pepr-system";

/** Objects by kind and name, without fields that only Helm needs: an empty map counts as absent. */
export function plain(objects: readonly KubernetesObject[]): Objects {
  return Object.fromEntries(
    objects.map(({ kind, metadata, ...rest }) => {
      const text = JSON.stringify({ ...rest, kind, metadata }, (key, value: unknown) => {
        if (key === "helm.sh/resource-policy") return undefined;
        const isEmpty = JSON.stringify(value) === "{}" || JSON.stringify(value) === KEEP;
        return ["labels", "annotations"].includes(key) && isEmpty ? undefined : value;
      });
      const { name, namespace = OURS } = metadata;
      const id = namespace === OURS ? name : `${namespace as string}/${name}`;
      return [`${kind}/${id}`, JSON.parse(text) as Record<string, unknown>];
    }),
  );
}

/** The annotations of an object that Helm never deletes, without any others. */
export const KEEP = '{"helm.sh/resource-policy":"keep"}';

/**
 * The objects that `kubectl apply -k .` installs, except the Namespace, which the chart does not
 * contain.
 */
export function installation(): Objects {
  return ofTheChart(readObjects(readFileSync(MANIFEST, "utf8")));
}

/** The objects of a rendered chart, in the same form. */
export function ofTheChart(objects: readonly KubernetesObject[]): Objects {
  return plain(
    objects.filter(({ kind, metadata }) => kind !== "Namespace" || metadata.name !== OURS),
  );
}

/** The differences, by object. */
export function changesBetween(before: Objects, after: Objects): Record<string, Change> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes = [...names].map((name): [string, Change] => {
    const [old, now] = [before[name], after[name]];
    if (!old) return [name, "added"];
    if (!now) return [name, "removed"];
    return [name, fieldChanges(old, now)];
  });
  return Object.fromEntries(changes.filter(([, change]) => Object.keys(change).length > 0));
}

function fieldChanges(before: object, after: object): Record<string, unknown> {
  return Object.fromEntries(
    compare(before, after).map(operation => [
      operation.path,
      "value" in operation ? (operation.value as unknown) : null,
    ]),
  );
}

/**
 * Adds empty labels and annotations where a case expects an additional one, so that the difference
 * is the entry and not the whole map.
 */
export function withMaps(objects: Objects, expected: Record<string, Change>): Objects {
  const copy = structuredClone(objects);
  for (const [name, change] of Object.entries(expected)) {
    for (const pointer of Object.keys(typeof change === "string" ? {} : change)) {
      const steps = pointer.split("/").slice(1, -1);
      if (!["labels", "annotations"].includes(steps.at(-1) ?? "")) continue;
      let at = copy[name] as Record<string, unknown>;
      for (const step of steps) at = (at[step] ??= {}) as Record<string, unknown>;
    }
  }
  return copy;
}
