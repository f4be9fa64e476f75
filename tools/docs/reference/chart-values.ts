/** The reference of the chart's values, from the chart. */
import { valueTable } from "../../build/chart/values-files";
import { markdownTable } from "./markdown-table";

/** In characters: a cell of a longer default would be wider than the page. */
const LONGEST_DEFAULT = 80;

/** @param chart the folder of the built chart. */
export function chartValuesTable(chart: string): string {
  const rows = valueTable(chart).map(({ path, default: value, description }) => [
    `\`${path}\``,
    value.length > LONGEST_DEFAULT ? "see `helm show values`" : `\`${value}\``,
    description,
  ]);
  return markdownTable(["value", "default", "meaning"], rows);
}
