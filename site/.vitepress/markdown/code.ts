/** Names and options within a line. */
import type { MarkdownRenderer } from "vitepress";

/** Characters that have room in a line of a phone. */
const SHORT = 28;

/** Marks short code, which the theme keeps in one line: browsers break `--quiet` behind its dashes. */
export function keepShortCode(md: MarkdownRenderer): void {
  md.core.ruler.push("short-code", state => {
    for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === "code_inline" && token.content.length <= SHORT) {
        token.attrJoin("class", "short");
      }
    }
  });
}
