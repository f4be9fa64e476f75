/** A diagram of Mermaid, drawn in the reader's browser, in the colours of the page. */
import { useData } from "vitepress";
import { defineComponent, h, onMounted, ref, watch } from "vue";

let drawn = 0;

async function draw(source: string, isDark: boolean): Promise<string> {
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    theme: isDark ? "dark" : "neutral",
    fontFamily: "inherit",
    flowchart: { useMaxWidth: false },
    sequence: { useMaxWidth: false },
  });
  drawn += 1;
  const { svg } = await mermaid.render(`diagram-${drawn}`, source);
  return svg;
}

export default defineComponent({
  name: "MermaidDiagram",
  props: { source: { type: String, required: true } },
  setup(props) {
    const { isDark } = useData();
    const svg = ref("");
    const text = decodeURIComponent(props.source);
    const redraw = async (): Promise<void> => {
      svg.value = await draw(text, isDark.value);
    };
    onMounted(redraw);
    watch(isDark, redraw);
    // Until it is drawn, and without scripts, its source can be read.
    return () =>
      svg.value === ""
        ? h("pre", { class: "diagram" }, text)
        : h("div", { class: "diagram", tabindex: 0, innerHTML: svg.value });
  },
});
