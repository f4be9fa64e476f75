/** Comparing what a chart renders to with what is installed otherwise. */
import { compare } from "fast-json-patch";
import { readFileSync } from "node:fs";

import { readObjects, type KubernetesObject } from "../../tools/build/chart/objects";
import { MANIFEST } from "../../testbed/manifests/built-manifest";

/** What becomes of an object: it comes, goes, or these fields of it change (null: they go). */
export type Change = "added" | "removed" | Record<string, unknown>;

/** Objects by kind and name. */
export type Objects = Record<string, Record<string, unknown>>;

/** The namespace of the release. */
const OURS = "pepr-system";

/** Names them, without what is there for Helm only: it takes an empty map for none. */
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

/** The annotations of an object that Helm never deletes, and nothing else. */
export const KEEP = '{"helm.sh/resource-policy":"keep"}';

/** What `kubectl apply -k .` installs, but for the Namespace, which is not in the chart. */
export function installation(): Objects {
  return ofTheChart(readObjects(readFileSync(MANIFEST, "utf8")));
}

/** The same of another rendering. */
export function ofTheChart(objects: readonly KubernetesObject[]): Objects {
  return plain(
    objects.filter(({ kind, metadata }) => kind !== "Namespace" || metadata.name !== OURS),
  );
}

/** What is different, by object. */
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
 * Makes empty labels and annotations where a case expects one more, so that the difference is that
 * one and not the map.
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
