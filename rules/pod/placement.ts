/** Finds out whether a Pod can run on Windows nodes, and which of its fields decide that. */
import type { FieldPath } from "../problem";
import { NOTHING_KNOWN, type NodeFacts } from "./known-nodes";
import { NAME_OF_NODE, namedNodes } from "./named-nodes";
import {
  HOST_LABEL,
  isMisspeltOsLabel,
  mayTellOs,
  OLD_OS_LABEL,
  OS_LABEL,
  possibleFor,
  type NodeRequirement,
  type Possible,
} from "./os";
import type { NodeTerm, PodLike } from "./windows-options";

/** The operating system of the nodes that a Pod can run on, and why. */
export interface Placement {
  /**
   * `none` if the fields contradict each other, `anywhere` if no field selects nodes, and `unknown` if a
   * field selects nodes of an unknown operating system.
   */
  os: "windows" | "linux" | "none" | "anywhere" | "unknown";
  /** The field that decides, or that should be set. */
  path: FieldPath;
  /** The reason, as a clause about the Pod. */
  why: string;
}

type Spec = NonNullable<PodLike["spec"]>;

interface Choice extends Possible {
  path: FieldPath;
  /** The requirement in words. */
  asks: string;
  /** Set if it is unknown which nodes the field selects. */
  unknown?: string;
}

/** Names of the objects that can decide where Pods run. */
export interface NamedObjects {
  runtimeClasses: string[];
  nodes: string[];
  /** Values of the label kubernetes.io/hostname. */
  hosts: string[];
}

/**
 * Returns the RuntimeClasses and nodes that Pods name and that are still unknown, for Pods that are not
 * already known to run on Windows.
 */
export function namedOf(pods: readonly PodLike[], facts = NOTHING_KNOWN): NamedObjects {
  const specs = pods
    .filter(pod => placementOf(pod, facts).os !== "windows")
    .map(({ spec = {} }) => spec);
  const required = specs.flatMap(requirementsIn).filter(({ operator }) => operator === "In");
  const valuesOf = (wanted: string): readonly string[] =>
    required.filter(({ key }) => key === wanted).flatMap(({ values }) => values);
  const nodes = [...specs.map(({ nodeName }) => nodeName), ...valuesOf(NAME_OF_NODE)];
  return {
    runtimeClasses: distinct(specs.map(({ runtimeClassName }) => runtimeClassName)).filter(
      name => facts.runtimeClass(name) === undefined,
    ),
    nodes: distinct(nodes).filter(name => facts.node(name) === undefined),
    hosts: distinct(valuesOf(HOST_LABEL)).filter(host => facts.nodesOfHost(host) === undefined),
  };
}

function requirementsIn(spec: Spec): NodeRequirement[] {
  const { nodeSelectorTerms } = requiredAffinityOf(spec) ?? {};
  return [...labelsOf(spec), ...(nodeSelectorTerms ?? []).flatMap(requirementsOf)];
}

function labelsOf({ nodeSelector }: Spec): NodeRequirement[] {
  return Object.entries(nodeSelector ?? {}).map(([key, value]) => labelled(key, value));
}

function requiredAffinityOf({ affinity }: Spec): Required {
  return affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
}

/** Returns the labels by which a Pod selects nodes and that were probably meant for Windows nodes. */
export function misspeltOsLabels({ spec = {} }: PodLike): { key: string; path: FieldPath }[] {
  const isMeant = ({ key, values }: NodeRequirement): boolean =>
    isMisspeltOsLabel(key) && values.some(value => /^windows$/i.test(value));
  return requirementsIn(spec)
    .filter(isMeant)
    .map(({ key }) => ({
      key,
      path: key in (spec.nodeSelector ?? {}) ? ["spec", "nodeSelector", key] : AFFINITY,
    }));
}

function distinct(names: readonly (string | null | undefined)[]): string[] {
  return [...new Set(names.map(name => name ?? ""))].filter(name => name !== "");
}

/** Whether a Pod selects nodes that do not run Windows. */
export function isForOtherNodes(pod: PodLike, facts = NOTHING_KNOWN): boolean {
  const named = pod.spec?.os?.name ?? "";
  const { os } = placementOf(pod, facts);
  return (named !== "" && named !== "windows") || os === "linux" || os === "none";
}

/**
 * Determines where a Pod runs by its node selector, required node affinity, RuntimeClass and node name.
 * os.name is ignored, because the scheduler ignores it.
 */
export function placementOf({ spec = {} }: PodLike, facts = NOTHING_KNOWN): Placement {
  const selected = labelsOf(spec).map(label =>
    byLabel(label, { path: ["spec", "nodeSelector", label.key], who: "" }, facts),
  );
  const choices = [
    ...selected,
    ...byAffinity(requiredAffinityOf(spec), facts),
    ...byRuntimeClass(spec.runtimeClassName, facts),
    ...byNode(spec.nodeName, facts),
  ];
  return decided(choices);
}

/** Whether a Pod selects nodes by the deprecated label only. */
export function usesOldLabel({ spec }: PodLike): boolean {
  const selector = spec?.nodeSelector ?? {};
  return OLD_OS_LABEL in selector && !(OS_LABEL in selector);
}

function decided(choices: readonly Choice[]): Placement {
  const windows = choices.every(choice => choice.windows);
  const other = choices.every(choice => choice.other);
  const because = (wanted: (choice: Choice) => boolean): Pick<Placement, "path" | "why"> => {
    const choice = choices.find(wanted);
    return { path: choice?.path ?? ["spec", "nodeSelector"], why: choice?.asks ?? "" };
  };
  if (!windows && !other) {
    const all = choices.filter(choice => !choice.windows || !choice.other);
    const why = [...new Set(all.map(({ asks }) => asks))].join(", and ");
    return { os: "none", path: all[0]?.path ?? [], why };
  }
  if (!windows) return { os: "linux", ...because(choice => !choice.windows) };
  if (!other) return { os: "windows", ...because(choice => !choice.other) };
  const unknown = choices.find(choice => choice.unknown !== undefined);
  return unknown === undefined
    ? { os: "anywhere", path: ["spec", "nodeSelector"], why: "selects no operating system" }
    : { os: "unknown", path: unknown.path, why: unknown.unknown ?? "" };
}

type Required = { nodeSelectorTerms?: readonly NodeTerm[] | null } | null | undefined;

const AFFINITY: FieldPath = [
  ...["spec", "affinity", "nodeAffinity"],
  "requiredDuringSchedulingIgnoredDuringExecution",
];

/** A node must match at least one term, and all requirements of that term. */
function byAffinity(required: Required, facts: NodeFacts): Choice[] {
  if (required === null || required === undefined) return [];
  const path = AFFINITY;
  const terms = (required.nodeSelectorTerms ?? []).map(term => judgedTerm(term, facts));
  if (terms.length === 0) {
    // The API server refuses an affinity without terms.
    return [{ windows: true, other: true, path, asks: "", unknown: "has a node affinity" }];
  }
  const words = terms.map(({ text }) => text).join(" or ");
  const asks = andAlso(
    `has a node affinity for ${words}`,
    terms.flatMap(({ clauses }) => clauses),
  );
  // A term that matches other nodes too is conclusive, unless it uses a label that an administrator may
  // have set on Windows nodes only.
  const takesAll = terms.some(({ other, isOpen }) => other && !isOpen);
  return [
    {
      windows: terms.some(({ windows }) => windows),
      other: terms.some(({ other }) => other),
      path,
      asks,
      ...(takesAll ? {} : { unknown: asks }),
    },
  ];
}

interface Judged extends Possible {
  /** Whether only the nodes themselves show which of them match. */
  isOpen: boolean;
  /** What is known of named nodes. */
  clauses: readonly string[];
}

function judged(requirement: NodeRequirement, facts: NodeFacts): Judged {
  const named = namedNodes(requirement, facts);
  return named === undefined
    ? { ...possibleFor(requirement), isOpen: mayTellOs(requirement.key), clauses: [] }
    : { ...named, isOpen: !named.isKnown };
}

function judgedTerm(term: NodeTerm, facts: NodeFacts): Judged & { text: string } {
  const requirements = requirementsOf(term);
  const each = requirements.map(requirement => judged(requirement, facts));
  // A term without requirements does not match any node.
  const isMatchable = each.length > 0;
  return {
    windows: isMatchable && each.every(({ windows }) => windows),
    other: isMatchable && each.every(({ other }) => other),
    isOpen: each.some(({ isOpen }) => isOpen),
    clauses: each.flatMap(({ clauses }) => clauses),
    text: termInWords(requirements),
  };
}

function andAlso(clause: string, others: readonly string[]): string {
  return [clause, ...new Set(others)].join(", and ");
}

function requirementsOf({ matchExpressions, matchFields }: NodeTerm): NodeRequirement[] {
  return [
    ...(matchExpressions ?? []),
    // metadata.name, the only field that matchFields supports
    ...(matchFields ?? []).map(field => ({ ...field, key: NAME_OF_NODE })),
  ].map(({ key, operator, values }) => ({ key, operator, values: values ?? [] }));
}

function termInWords(term: readonly NodeRequirement[]): string {
  if (term.length === 0) return "no node";
  return term
    .map(({ key, operator, values }) =>
      [key, operator, ...(values.length === 0 ? [] : [values.join("|")])].join(" "),
    )
    .join(" and ");
}

function byRuntimeClass(name: string | null | undefined, facts: NodeFacts): Choice[] {
  if (name === undefined || name === null || name === "") return [];
  const path = ["spec", "runtimeClassName"];
  const found = facts.runtimeClass(name);
  if (found === undefined) {
    const unknown = `has RuntimeClass ${name}, which may select nodes`;
    return [{ windows: true, other: true, path, asks: "", unknown }];
  }
  const who = `has RuntimeClass ${name}, which `;
  if (found === "absent") {
    return [{ windows: false, other: false, path, asks: `${who}does not exist` }];
  }
  return Object.entries(found.scheduling?.nodeSelector ?? {}).map(([key, value]) =>
    byLabel(labelled(key, value), { path, who }, facts),
  );
}

function labelled(key: string, value: string): NodeRequirement {
  return { key, operator: "In", values: [value] };
}

function byLabel(
  label: NodeRequirement,
  { path, who }: { path: FieldPath; who: string },
  facts: NodeFacts,
): Choice {
  const { windows, other, isOpen, clauses } = judged(label, facts);
  const asks = andAlso(`${who}selects nodes with ${label.key}: ${label.values.join("|")}`, clauses);
  // An administrator may have set the label on Windows nodes only.
  return { windows, other, path, asks, ...(isOpen ? { unknown: asks } : {}) };
}

/** A Pod with nodeName set bypasses the scheduler. */
function byNode(name: string | null | undefined, facts: NodeFacts): Choice[] {
  if (name === undefined || name === null || name === "") return [];
  const path = ["spec", "nodeName"];
  const node = facts.node(name);
  const asks = `is for node ${name}`;
  if (node === "absent") {
    return [{ windows: true, other: true, path, asks, unknown: `${asks}, which does not exist` }];
  }
  const label = node?.[OS_LABEL];
  if (label === undefined) {
    return [{ windows: true, other: true, path, asks, unknown: asks }];
  }
  const has = `${asks}, which has ${OS_LABEL}: ${label}`;
  return [{ windows: label === "windows", other: label !== "windows", path, asks: has }];
}
