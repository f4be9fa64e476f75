/**
 * Pure: prints `-o custom-columns=NAME:.metadata.name,...` as kubectl does. A separate module, so that the
 * library loads only when it is used.
 *
 * Source: https://kubernetes.io/docs/reference/kubectl/#custom-columns
 */
import type { JSONValue } from "json-p3";

import type { Column } from "./jsonpath/column-list";
import { found } from "./jsonpath/render";

/** As kubectl sets Go's tabwriter. */
const LEAST_WIDTH = 6;
const BETWEEN = 3;

/**
 * One line for each row.
 *
 * @param rows plain JSON.
 * @throws TemplateError if an index does not exist.
 */
export function customColumns(
  columns: readonly Column[],
  rows: readonly JSONValue[],
  headers = true,
): string[] {
  const head = columns.map(({ heading }) => heading);
  const cells = rows.map(row => columns.map(({ path }) => cell(found(path, row))));
  return tabbed(headers ? [head, ...cells] : cells);
}

function cell(values: readonly JSONValue[]): string {
  return values.length === 0 ? "<none>" : values.map(printed).join(",");
}

/** The form in which Go prints a value. */
function printed(value: JSONValue): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(printed).join(" ")}]`;
  if (typeof value !== "object") return String(value);
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `map[${fields.map(([key, of]) => `${key}:${printed(of)}`).join(" ")}]`;
}

/** The last column is not padded. */
function tabbed(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(LEAST_WIDTH, ...rows.map(row => lengthOf(row[column]) + BETWEEN)),
  );
  return rows.map(row =>
    row
      .map((text, column) =>
        column === row.length - 1
          ? text
          : text + " ".repeat((widths[column] ?? 0) - lengthOf(text)),
      )
      .join(""),
  );
}

/** In code points, as Go counts. */
function lengthOf(text = ""): number {
  return Array.from(text).length;
}
