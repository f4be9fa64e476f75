/**
 * The operating systems of nodes that a Pod names: by nodeName, by the label kubernetes.io/hostname, or by
 * the field metadata.name of a node affinity.
 *
 * Source: core/v1 NodeSelectorTerm.matchFields, which supports metadata.name only; and
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetesiohostname
 */
import { firstOf } from "../text";
import type { NodeFacts, NodeLabels } from "./known-nodes";
import { HOST_LABEL, OS_LABEL, type NodeRequirement, type Possible } from "./os";

/** Stands for the field metadata.name, because a label can have that name, too. */
export const NAME_OF_NODE = "name of the node";

/** The most nodes that a sentence names. */
const MOST = 3;

/** Which nodes a requirement leads to. */
export interface NamedNodes extends Possible {
  /** Whether the operating system of each node is known. */
  isKnown: boolean;
  /** What is known, as clauses about the nodes; empty if nothing is. */
  clauses: string[];
}

/** Returns undefined if the requirement does not name nodes. */
export function namedNodes(
  { key, operator, values }: NodeRequirement,
  facts: NodeFacts,
): NamedNodes | undefined {
  if (operator !== "In" || values.length === 0) return undefined;
  switch (key) {
    case NAME_OF_NODE:
      return together("node", values, name => {
        const node = facts.node(name);
        return typeof node === "object" ? [node] : node;
      });
    case HOST_LABEL:
      return together("host", values, facts.nodesOfHost);
    default:
      return undefined;
  }
}

function together(
  noun: string,
  names: readonly string[],
  find: (name: string) => readonly NodeLabels[] | "absent" | undefined,
): NamedNodes {
  const found = names.map(name => ({ name, systems: systemsOf(find(name)) }));
  const systems = found.flatMap(({ systems: of }) => of);
  const isKnown = systems.every(os => os !== "unknown" && os !== "absent");
  return {
    windows: !isKnown || systems.includes("windows"),
    other: !isKnown || systems.some(os => os !== "windows"),
    isKnown,
    clauses: [...new Set(systems)].flatMap(os =>
      clauseOf(
        noun,
        found.flatMap(({ name, systems: of }) => (of.includes(os) ? [name] : [])),
        os,
      ),
    ),
  };
}

/** The value of the label for each node; `unknown` if the node or its label is not known. */
function systemsOf(nodes: readonly NodeLabels[] | "absent" | undefined): string[] {
  if (nodes === "absent") return ["absent"];
  return (nodes ?? [{}]).map(labels => labels[OS_LABEL] ?? "unknown");
}

function clauseOf(noun: string, names: readonly string[], os: string): string[] {
  if (os === "unknown") return [];
  const [which, does, has] =
    names.length === 1 ? [noun, "does", "has"] : [`${noun}s`, "do", "have"];
  const these = `${which} ${firstOf(names, MOST)}`;
  return [os === "absent" ? `${these} ${does} not exist` : `${these} ${has} ${OS_LABEL}: ${os}`];
}
