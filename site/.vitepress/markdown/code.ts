/** Inline code: names and options. */
import type { MarkdownRenderer } from "vitepress";

/** Characters that fit on one line of a phone. */
const SHORT = 28;

/** Marks short code, which the theme keeps on one line: browsers would break `--quiet` after its dashes. */
export function keepShortCode(md: MarkdownRenderer): void {
  md.core.ruler.push("short-code", state => {
    for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === "code_inline" && token.content.length <= SHORT) {
        token.attrJoin("class", "short");
      }
    }
  });
}
