/** Renders fenced Mermaid blocks as diagrams. */
import type { MarkdownRenderer } from "vitepress";

/** Passes the source of each diagram to the component that draws it: theme/diagram.ts. */
export function drawMermaid(md: MarkdownRenderer): void {
  const other = md.renderer.rules.fence;
  md.renderer.rules.fence = (...args) => {
    const [tokens, index] = args;
    const token = tokens[index];
    if (token?.info.trim() === "mermaid") {
      return `<MermaidDiagram source="${encodeURIComponent(token.content)}" />\n`;
    }
    return other?.(...args) ?? "";
  };
}
