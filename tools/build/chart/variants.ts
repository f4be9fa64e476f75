/** One tree for several renderings of the same object, each under a condition. */
import { isDeepStrictEqual } from "node:util";

import { Choice, isMap, type Node, type NodeMap } from "./go-template";

/** An object as it is without any component, and the tree that knows of some of them already. */
export interface Known {
  base: NodeMap;
  tree: NodeMap;
}

/**
 * Adds to a tree what a component changes.
 *
 * @param variant the object as it is with the component.
 * @param condition when that is wanted.
 * @throws if another component has changed the same field: what both together come to is not known.
 */
export function addVariant({ base, tree }: Known, variant: NodeMap, condition: string): NodeMap {
  const keys = new Set([...Object.keys(tree), ...Object.keys(variant)]);
  const entries = [...keys].map(key => {
    const field = { key, base: base[key], tree: tree[key] };
    return [key, withVariant(field, variant[key], condition)];
  });
  return Object.fromEntries(entries) as NodeMap;
}

/** Undefined: there is no such key. */
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

/** The difference inside of a map, or of a list of as many maps; undefined if it is not there. */
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

/** A map whose keys all depend on something would be null, not absent, where none is there. */
function isAlwaysThere(map: NodeMap): boolean {
  const values = Object.values(map);
  return values.length === 0 || values.some(value => !(value instanceof Choice));
}
