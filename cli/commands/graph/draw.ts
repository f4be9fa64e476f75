/** Pure: renders a graph in Mermaid and DOT. */
import type { Graph, GraphEdge, GraphNode } from "./graph-model";

/** Shapes around a label: https://mermaid.js.org/syntax/flowchart.html */
const MERMAID_SHAPES: Readonly<Record<GraphNode["kind"], readonly [string, string]>> = {
  workload: ["[", "]"],
  "service account": ["([", "])"],
  "credential spec": ["[[", "]]"],
};

/** Mermaid, which GitHub, GitLab and others draw in Markdown. */
export function mermaidOf(graph: Graph): string {
  const names = shortNames(graph);
  const nameOf = (id: string): string => names.get(id) ?? "unknown";
  const nodes = graph.nodes.map(({ id, kind, label, isWrong }) => {
    const [open, close] = MERMAID_SHAPES[kind];
    return `  ${nameOf(id)}${open}${mermaidText(label)}${close}${isWrong ? ":::wrong" : ""}`;
  });
  const edges = graph.edges.map(edge => {
    const arrow = edge.kind === "uses" && edge.isWrong ? "-.->" : "-->";
    const label = mermaidText(labelOf(edge));
    return `  ${nameOf(edge.from)} ${arrow}|${label}| ${nameOf(edge.to)}`;
  });
  const style = "  classDef wrong stroke:#c00,stroke-width:2px";
  return ["flowchart LR", ...nodes, ...edges, style].join("\n");
}

const DOT_SHAPES: Readonly<Record<GraphNode["kind"], string>> = {
  workload: "box",
  "service account": "ellipse",
  "credential spec": "component",
};

/** DOT, the language of Graphviz. Also the input of `-o svg`. */
export function dotOf(graph: Graph): string {
  const names = shortNames(graph);
  const nameOf = (id: string): string => names.get(id) ?? "unknown";
  const nodes = graph.nodes.map(({ id, kind, label, isWrong }) => {
    const colour = isWrong ? ", color=red" : "";
    return `  ${nameOf(id)} [label=${dotText(label)}, shape=${DOT_SHAPES[kind]}${colour}];`;
  });
  const edges = graph.edges.map(edge => {
    const style = edge.isWrong ? ", style=dashed, color=red" : "";
    const label = dotText(labelOf(edge));
    return `  ${nameOf(edge.from)} -> ${nameOf(edge.to)} [label=${label}${style}];`;
  });
  return ["digraph gmsa {", "  rankdir=LR;", ...nodes, ...edges, "}"].join("\n");
}

/** Kubernetes names have characters that neither language allows in an identifier. */
function shortNames({ nodes }: Graph): Map<string, string> {
  return new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
}

function labelOf({ kind, label, isWrong }: GraphEdge): string {
  if (label === "") return kind;
  return isWrong ? `refused: ${label}` : `${kind} by ${label}`;
}

function mermaidText(text: string): string {
  return `"${text.replaceAll("#", "#35;").replaceAll('"', "#quot;")}"`;
}

function dotText(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
