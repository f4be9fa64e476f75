/** The legend below a chart, in as many rows as it needs. */
import { text } from "./svg";

export interface LegendItem {
  name: string;
  color: string;
}

const SIZE = 12;
/** Enough for the widest of the fonts that a reader may have in place of Helvetica. */
const CHARACTER_WIDTH = 7;
const MARK = 14;
const MARK_GAP = 5;
const ITEM_GAP = 20;
export const LEGEND_ROW_HEIGHT = 19;

/** Items by rows; one that is wider than all there is has a row of its own. */
export function legendRows(items: readonly LegendItem[], width: number): LegendItem[][] {
  const rows: LegendItem[][] = [];
  for (const item of items) {
    const row = rows.at(-1);
    if (row !== undefined && widthOf([...row, item]) <= width) row.push(item);
    else rows.push([item]);
  }
  return rows;
}

/** The rows below each other, each in the middle of the width. */
export function drawLegend(rows: readonly LegendItem[][], width: number): string {
  return rows.flatMap((row, index) => drawRow(row, width, index * LEGEND_ROW_HEIGHT)).join("\n");
}

function drawRow(row: readonly LegendItem[], width: number, top: number): string[] {
  let left = Math.max(0, (width - widthOf(row)) / 2);
  return row.map(item => {
    const x = Math.round(left);
    left += widthOf([item]) + ITEM_GAP;
    const mark = `<rect x="${x}" y="${top + 6}" width="${MARK}" height="4" rx="2" fill="${item.color}"/>`;
    return mark + text(x + MARK + MARK_GAP, top + 12, item.name, { size: SIZE });
  });
}

function widthOf(row: readonly LegendItem[]): number {
  const widths = row.map(({ name }) => MARK + MARK_GAP + name.length * CHARACTER_WIDTH);
  return widths.reduce((sum, width) => sum + width, 0) + ITEM_GAP * (row.length - 1);
}
