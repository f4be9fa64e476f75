/** Formats a table whose first column is text and whose other columns are numbers. */
export function table(head: readonly string[], lines: readonly string[][]): string {
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...lines].map(cells => `| ${cells.join(" | ")} |`).join("\n");
}
