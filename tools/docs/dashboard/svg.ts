/** Words in an SVG. */

/** Of which there is one nearly everywhere. */
export const FONT = "Helvetica, Arial, sans-serif";
export const INK = "#24292e";
export const FAINT = "#6a737d";

export interface TextStyle {
  /** In pixels. */
  size: number;
  weight?: number;
  color?: string;
  anchor?: "middle";
}

/** One line of text; its baseline is at `y`. */
export function text(x: number, y: number, words: string, style: TextStyle): string {
  const { size, weight = 400, color = INK, anchor = "start" } = style;
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${color}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

export function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
