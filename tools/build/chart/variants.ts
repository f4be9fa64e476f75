/** Merges several renderings of the same object into one tree with conditions. */
import { isDeepStrictEqual } from "node:util";

import { Choice, isMap, type Node, type NodeMap } from "./go-template";

/** An object without components, and the tree that already contains some components. */
export interface Known {
  base: NodeMap;
  tree: NodeMap;
}

/**
 * Adds the changes of a component to a tree.
 *
 * @param variant the object with the component.
 * @param condition the condition of that component.
 * @throws if another component has changed the same field: their combined result is unknown.
 */
export function addVariant({ base, tree }: Known, variant: NodeMap, condition: string): NodeMap {
  const keys = new Set([...Object.keys(tree), ...Object.keys(variant)]);
  const entries = [...keys].map(key => {
    const field = { key, base: base[key], tree: tree[key] };
    return [key, withVariant(field, variant[key], condition)];
  });
  return Object.fromEntries(entries) as NodeMap;
}

/** Undefined means that the key does not exist. */
type Value = Node | Choice | undefined;

interface Field {
  key: string;
  base: Value;
  tree: Value;
}

function withVariant(field: Field, variant: Value, condition: string): Value {
  const { key, base, tree } = field;
  if (isDeepStrictEqual(base, variant)) return tree;
  const merged = inside(field, variant, condition);
  if (merged !== undefined) return merged;
  if (!isDeepStrictEqual(base, tree) || variant instanceof Choice || base instanceof Choice) {
    throw new Error(`two components change the field ${key}`);
  }
  return new Choice(condition, variant, base);
}

/** Merges maps, or lists of equally many maps, key by key; undefined if that is not possible. */
function inside({ base, tree }: Field, variant: Value, condition: string): Value {
  if (isMap(base) && isMap(tree) && isMap(variant)) {
    const merged = addVariant({ base, tree }, variant, condition);
    return isAlwaysThere(merged) ? merged : undefined;
  }
  if (!isListOfMaps(base) || !isListOfMaps(tree) || !isListOfMaps(variant)) return undefined;
  return insideList({ bases: base, trees: tree, variants: variant }, condition);
}

interface Lists {
  bases: NodeMap[];
  trees: NodeMap[];
  variants: NodeMap[];
}

function insideList({ bases, trees, variants }: Lists, condition: string): NodeMap[] | undefined {
  if (bases.length !== trees.length || bases.length !== variants.length) return undefined;
  const merged = variants.map((item, i) =>
    addVariant({ base: bases[i] ?? {}, tree: trees[i] ?? {} }, item, condition),
  );
  return merged.every(isAlwaysThere) ? merged : undefined;
}

function isListOfMaps(value: Value): value is NodeMap[] {
  return Array.isArray(value) && value.every(isMap);
}

/** A map whose keys are all conditional would render as null instead of being absent. */
function isAlwaysThere(map: NodeMap): boolean {
  const values = Object.values(map);
  return values.length === 0 || values.some(value => !(value instanceof Choice));
}
