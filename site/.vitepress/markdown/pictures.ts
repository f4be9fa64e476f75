/** Shows pictures for light and dark mode, which follow the website's own switch. */
import type { MarkdownRenderer } from "vitepress";

const PICTURE = /<picture>[\s\S]*?<\/picture>/g;
const DARK = /<source\s[^>]*prefers-color-scheme: dark[^>]*srcset="([^"]+)"/;
const LIGHT = /<img\s[^>]*src="([^"]+)"/;
const WORDS = /<img\s[^>]*alt="([^"]*)"/;

/**
 * Replaces `<picture>`, which follows only the system setting, by one image for each mode. The theme shows
 * one of them.
 * @throws Error for a picture that lacks one of the two
 */
export function showPictures(md: MarkdownRenderer): void {
  md.core.ruler.push("pictures", state => {
    const blocks = state.tokens.flatMap(token => [token, ...(token.children ?? [])]);
    for (const token of blocks.filter(({ type }) => type.startsWith("html_"))) {
      token.content = token.content.replace(PICTURE, picture => {
        const [dark, light, words] = [DARK, LIGHT, WORDS].map(part => part.exec(picture)?.[1]);
        if (dark === undefined || light === undefined) {
          throw new Error(`this picture is not one in two colours: ${picture}`);
        }
        return (
          `<span class="picture"><img class="in-light" src="./${light}" alt="${words ?? ""}">` +
          `<img class="in-dark" src="./${dark}" alt="${words ?? ""}"></span>`
        );
      });
    }
  });
}
