import { Option, type Command } from "commander";

import type { Lookup } from "../../api/calls";
import {
  addNamespaceOptions,
  kubeConfigOf,
  namespaceOf,
  type NamespaceOptions,
} from "../../options/cluster-options";
import { EXIT, Failure } from "../../terminal/failure";
import { kindOption, noWorkloads, selectorOption } from "../../options/workload-options";
import type { LabelQuery } from "../../../rules/label-query";
import type { Terminal } from "../../terminal/terminal";
import type { Graph } from "./graph-model";

const FORMATS = ["mermaid", "dot", "svg", "json"] as const;

const HELP = `
Draws workloads, their service accounts, the credential specs that they use, and the bindings that allow
it. Pods that would be refused now are red, with the reason.

Examples:
  # Into a Markdown page that GitHub or GitLab draws
  (echo '\`\`\`mermaid'; gmsa graph -A; echo '\`\`\`') > gmsa.md

  # One application
  gmsa graph -n shop -l app=web

  # As a picture
  gmsa graph -A -o svg > gmsa.svg

Needs to list gmsacredentialspecs, roles, clusterroles and their bindings, pods and workloads, and to create
subjectaccessreviews.

Exit codes: 0 done, 1 failed, 2 wrong usage.`;

interface GraphOptions extends NamespaceOptions {
  selector?: LabelQuery;
  kind?: string[];
  output: (typeof FORMATS)[number];
}

/** Adds `gmsa graph`. */
export function addGraph(program: Command, terminal: Terminal): void {
  const graph = program
    .command("graph")
    .description("draw workloads, service accounts, grants and credential specs as a graph")
    .addOption(
      new Option("-o, --output <format>", "language of the graph")
        .choices(FORMATS)
        .default("mermaid"),
    )
    .addOption(
      selectorOption("draw workloads with these labels, and the credential specs that they use"),
    )
    .addOption(kindOption())
    .addHelpText("after", HELP);
  addNamespaceOptions(graph).action(async (options: GraphOptions, command: Command) => {
    const found = await terminal.whileReading("Examine the cluster", () => read(options, command));
    terminal.print(await drawn(found.graph, options.output));
    for (const why of found.unknown) {
      terminal.say(`warning: the graph may be incomplete: ${why}`);
    }
    const isEmpty = found.graph.nodes.every(({ kind }) => kind !== "workload");
    // Without a note, the user could think that no workload anywhere uses GMSA.
    if (isEmpty && found.unknown.length === 0) terminal.note(noWorkloads(found.namespace));
  });
}

interface Found {
  graph: Graph;
  unknown: string[];
  /** Undefined for all namespaces. */
  namespace: string | undefined;
}

/** @throws Failure if the objects to draw may not be read. */
async function read(options: GraphOptions, command: Command): Promise<Found> {
  const [{ collectorsFor }, { reachable }, { readRbacObjects }, { graphOf }, { kindsNamed }] =
    await Promise.all([
      import("../../inspect/collectors"),
      import("../../api/calls"),
      import("../../inspect/rbac-objects"),
      import("./graph-model"),
      import("../../inspect/custom-kinds"),
    ]);
  const kubeConfig = await kubeConfigOf(command);
  const { selector } = options;
  const namespace = namespaceOf(options, kubeConfig);
  await reachable(kubeConfig);
  const kinds = await kindsNamed(kubeConfig, options.kind);
  const collectors = collectorsFor(kubeConfig, { namespace, selector, kinds, now: new Date() });
  const [credspecs, workloads, rbac] = await Promise.all([
    collectors.credspecs().then(found => required("credential specs", found)),
    collectors.workloads().then(found => required("workloads", found)),
    readRbacObjects(kubeConfig),
  ]);
  const graph = graphOf({
    credspecs: credspecs.map(({ name }) => name),
    workloads: workloads.workloads,
    rbac,
    namespace,
    isSelected: selector !== undefined,
  });
  return { graph, unknown: workloads.unknown.map(({ why }) => why), namespace };
}

/** Fails if a part could not be read, because the graph would be wrong without it. */
function required<Value>(what: string, found: Lookup<Value>): Value {
  if (found.known) return found.value;
  throw new Failure(`the ${what} cannot be listed: ${found.why}`, "", EXIT.failed);
}

async function drawn(graph: Graph, format: GraphOptions["output"]): Promise<string> {
  if (format === "json") return JSON.stringify(graph, null, 2);
  const { dotOf, mermaidOf } = await import("./draw");
  if (format === "mermaid") return mermaidOf(graph);
  return format === "dot" ? dotOf(graph) : svgOf(dotOf(graph));
}

/** Draws with Graphviz as WebAssembly, so that no installation is necessary. */
async function svgOf(dot: string): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  return (await instance()).renderString(dot, { format: "svg" }).trimEnd();
}
