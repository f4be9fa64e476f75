/** A Mermaid diagram, drawn in the reader's browser with the colours of the page. */
import { useData } from "vitepress";
import { defineComponent, h, onMounted, ref, watch } from "vue";

/** The text is measured before it is part of the page, so the page's font is repeated here. */
const FONT = '"Inter", ui-sans-serif, system-ui, sans-serif';
/** A diagram that is wider than the page shrinks to this factor, and then scrolls. */
const SMALLEST = 0.7;

let drawn = 0;

async function draw(source: string, isDark: boolean): Promise<string> {
  const { default: mermaid } = await import("mermaid");
  await document.fonts.ready;
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    theme: isDark ? "dark" : "neutral",
    themeVariables: isDark
      ? { noteTextColor: "#eee" }
      : { noteBkgColor: "#fff8d6", noteTextColor: "#333" },
    fontFamily: FONT,
    sequence: {
      ...{ messageFontFamily: FONT, noteFontFamily: FONT, actorFontFamily: FONT },
      ...{ messageFontSize: 14, noteFontSize: 14, actorFontSize: 14 },
    },
  });
  drawn += 1;
  const { svg } = await mermaid.render(`diagram-${drawn}`, source);
  return svg.replace(/max-width: ([\d.]+)px/, (most, width) => {
    return `${most}; min-width: ${Math.round(Number(width) * SMALLEST)}px`;
  });
}

export default defineComponent({
  name: "MermaidDiagram",
  props: { source: { type: String, required: true } },
  setup(props) {
    const { isDark } = useData();
    const svg = ref("");
    const isFailed = ref(false);
    const text = decodeURIComponent(props.source);
    const redraw = async (): Promise<void> => {
      try {
        svg.value = await draw(text, isDark.value);
      } catch (error) {
        isFailed.value = true;
        console.error("this diagram cannot be drawn:", error);
      }
    };
    onMounted(redraw);
    watch(isDark, redraw);
    // Shows the source until the diagram is drawn, and without scripts.
    return () =>
      svg.value === ""
        ? h("pre", { class: ["diagram", { failed: isFailed.value }] }, text)
        : h("div", { class: "diagram", tabindex: 0, innerHTML: svg.value });
  },
});
