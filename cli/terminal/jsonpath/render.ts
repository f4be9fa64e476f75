/**
 * Renders a value with a template. A separate module, so that the library loads only when a template is used.
 */
import { jsonpath, type JSONValue } from "json-p3";

import type { Path, Step } from "./path";
import { TemplateError } from "./scan";
import type { TemplateNode } from "./template";

/**
 * @param value plain JSON.
 * @throws TemplateError if an index does not exist.
 */
export function rendered(nodes: readonly TemplateNode[], value: JSONValue): string {
  return nodes
    .map(node => {
      if ("text" in node) return node.text;
      if ("path" in node) return found(node.path, value).map(printed).join(" ");
      return found(node.range, value)
        .map(each => rendered(node.body, each))
        .join("");
    })
    .join("");
}

/** All values that a template's paths select, for `-o jsonpath-as-json`. */
export function foundIn(nodes: readonly TemplateNode[], value: JSONValue): JSONValue[] {
  return nodes.flatMap(node => {
    if ("text" in node) return [];
    if ("path" in node) return found(node.path, value);
    return found(node.range, value).flatMap(each => foundIn(node.body, each));
  });
}

/** All values that a path selects. */
export function found(path: Path, value: JSONValue): JSONValue[] {
  return path.reduce<JSONValue[]>(
    (values, step) => step.flatMap(selector => values.flatMap(each => next(each, selector))),
    [value],
  );
}

function next(value: JSONValue, selector: Step[number]): JSONValue[] {
  const results = jsonpath.query(`$${selector}`, value).values();
  const index = /^\[(-?\d+)\]$/.exec(selector)?.[1];
  // A missing field prints nothing, but kubectl refuses a missing index.
  if (index !== undefined && results.length === 0) {
    const found = Array.isArray(value) ? `a list of ${value.length}` : "not a list";
    throw new TemplateError(`[${index}] does not apply to ${found}`);
  }
  return results;
}

function printed(value: JSONValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
