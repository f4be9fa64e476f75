import { Option, type Command } from "commander";

import type { Lookup } from "../../api/calls";
import {
  addNamespaceOptions,
  kubeConfigOf,
  namespaceOf,
  type NamespaceOptions,
} from "../../options/cluster-options";
import { EXIT, Failure } from "../../terminal/failure";
import type { Terminal } from "../../terminal/terminal";
import type { Graph } from "./graph-model";

const FORMATS = ["mermaid", "dot", "json"] as const;

const HELP = `
Draws workloads, the service accounts that they run as, the credential specs that they use, and the
bindings that let them. What would be refused now is red, with the reason.

Examples:
  # Into a Markdown page that GitHub or GitLab draws
  (echo '\`\`\`mermaid'; gmsa graph -A; echo '\`\`\`') > gmsa.md

  # As a picture, by Graphviz
  gmsa graph -A -o dot | dot -Tsvg > gmsa.svg

Needs to list gmsacredentialspecs, roles, clusterroles and their bindings, pods and what makes them, and to
create subjectaccessreviews.

Exit codes: 0 done, 1 failed, 2 wrong usage.`;

interface GraphOptions extends NamespaceOptions {
  output: (typeof FORMATS)[number];
}

/** `gmsa graph` */
export function addGraph(program: Command, terminal: Terminal): void {
  const graph = program
    .command("graph")
    .description("draw who uses which credspec, as whom, and by which grant")
    .addOption(
      new Option("-o, --output <format>", "language of the graph")
        .choices(FORMATS)
        .default("mermaid"),
    )
    .addHelpText("after", HELP);
  addNamespaceOptions(graph).action(async (options: GraphOptions, command: Command) => {
    const found = await terminal.whileReading("Look at the cluster", () => read(options, command));
    terminal.print(await drawn(found.graph, options.output));
    for (const why of found.unknown) {
      terminal.say(`warning: something may be missing: ${why}`);
    }
  });
}

/** @throws Failure if what is drawn may not be read at all. */
async function read(
  options: GraphOptions,
  command: Command,
): Promise<{ graph: Graph; unknown: string[] }> {
  const [{ collectorsFor }, { reachable }, { readRbacObjects }, { graphOf }] = await Promise.all([
    import("../../inspect/collectors"),
    import("../../api/calls"),
    import("../../inspect/rbac-objects"),
    import("./graph-model"),
  ]);
  const kubeConfig = await kubeConfigOf(command);
  const namespace = namespaceOf(options, kubeConfig);
  await reachable(kubeConfig);
  const collectors = collectorsFor(kubeConfig, { namespace, now: new Date() });
  const [credspecs, workloads, rbac] = await Promise.all([
    collectors.credspecs().then(found => required("credential specs", found)),
    collectors.workloads().then(found => required("workloads", found)),
    readRbacObjects(kubeConfig),
  ]);
  const names = credspecs.map(({ name }) => name);
  const graph = graphOf({ credspecs: names, workloads: workloads.workloads, rbac, namespace });
  return { graph, unknown: workloads.unknown };
}

/** Without it, the picture would be of something else. */
function required<Value>(what: string, found: Lookup<Value>): Value {
  if (found.known) return found.value;
  throw new Failure(`the ${what} cannot be listed: ${found.why}`, "", EXIT.failed);
}

async function drawn(graph: Graph, format: GraphOptions["output"]): Promise<string> {
  if (format === "json") return JSON.stringify(graph, null, 2);
  const { dotOf, mermaidOf } = await import("./draw");
  return format === "dot" ? dotOf(graph) : mermaidOf(graph);
}
