/** Finds out whether a Pod can run on Windows nodes, and which of its fields decide that. */
import { groupOf, type ObjectLike } from "../object";
import type { FieldPath } from "../problem";
import {
  allOf,
  mayTellOs,
  OLD_OS_LABEL,
  OS_LABEL,
  possibleFor,
  type NodeRequirement,
  type Possible,
} from "./os";
import type { NodeTerm, PodLike } from "./windows-options";

/** The part of a node.k8s.io RuntimeClass that selects nodes. */
export interface RuntimeClassLike extends ObjectLike {
  scheduling?: { nodeSelector?: Record<string, string> | null } | null;
}

/** Facts about the cluster. */
export interface NodeFacts {
  /** Returns undefined if the RuntimeClass is unknown, and `absent` if the cluster does not have it. */
  runtimeClass: (name: string) => RuntimeClassLike | "absent" | undefined;
  /** Returns the labels of a node; undefined if they are unknown. */
  nodeLabels: (name: string) => Readonly<Record<string, string>> | undefined;
}

/** No facts about the cluster. */
export const NOTHING_KNOWN: NodeFacts = {
  runtimeClass: () => undefined,
  nodeLabels: () => undefined,
};

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

interface Choice extends Possible {
  path: FieldPath;
  /** The requirement in words. */
  asks: string;
  /** Set if it is unknown which nodes the field selects. */
  unknown?: string;
}

/** Whether an object is a RuntimeClass. */
export function isRuntimeClass(object: ObjectLike): object is RuntimeClassLike {
  return object.kind === "RuntimeClass" && groupOf(object) === "node.k8s.io";
}

/** Collects the RuntimeClasses and Nodes among objects. */
export function factsOf(objects: readonly ObjectLike[]): NodeFacts {
  const named = <Kind extends ObjectLike>(those: readonly Kind[]): ReadonlyMap<string, Kind> =>
    new Map(those.map(object => [object.metadata?.name ?? "", object]));
  const classes = named(objects.filter(isRuntimeClass));
  const nodes = named(
    objects.filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Node"),
  );
  return {
    runtimeClass: name => classes.get(name),
    nodeLabels: name => nodes.get(name)?.metadata?.labels,
  };
}

/**
 * Returns the RuntimeClasses and nodes that Pods name and that are still unknown, for Pods that are not
 * already known to run on Windows.
 */
export function namedOf(
  pods: readonly PodLike[],
  facts = NOTHING_KNOWN,
): { runtimeClasses: string[]; nodes: string[] } {
  const specs = pods.filter(pod => placementOf(pod, facts).os !== "windows").map(pod => pod.spec);
  return {
    runtimeClasses: distinct(specs.map(spec => spec?.runtimeClassName)).filter(
      name => facts.runtimeClass(name) === undefined,
    ),
    nodes: distinct(specs.map(spec => spec?.nodeName)).filter(
      name => facts.nodeLabels(name) === undefined,
    ),
  };
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
  const selected = Object.entries(spec.nodeSelector ?? {}).map(([key, value]) =>
    byLabel(key, value, { path: ["spec", "nodeSelector", key], who: "" }),
  );
  const choices = [
    ...selected,
    ...byAffinity(spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
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

/** A node must match at least one term, and all requirements of that term. */
function byAffinity(required: Required): Choice[] {
  if (required === null || required === undefined) return [];
  const path: FieldPath = [
    ...["spec", "affinity", "nodeAffinity"],
    "requiredDuringSchedulingIgnoredDuringExecution",
  ];
  const terms = (required.nodeSelectorTerms ?? []).map(requirementsOf);
  if (terms.length === 0) {
    // The API server refuses an affinity without terms.
    return [{ windows: true, other: true, path, asks: "", unknown: "has a node affinity" }];
  }
  // A term without requirements does not match any node.
  const possible = terms.map(term =>
    term.length === 0 ? { windows: false, other: false } : allOf(term),
  );
  const asks = `has a node affinity for ${terms.map(termInWords).join(" or ")}`;
  // A term that matches other nodes too is conclusive, unless it uses a label that an administrator may
  // have set on Windows nodes only.
  const takesAll = terms.some(
    (term, index) => possible[index]?.other === true && !term.some(({ key }) => mayTellOs(key)),
  );
  return [
    {
      windows: possible.some(({ windows }) => windows),
      other: possible.some(({ other }) => other),
      path,
      asks,
      ...(takesAll ? {} : { unknown: asks }),
    },
  ];
}

function requirementsOf({ matchExpressions, matchFields }: NodeTerm): NodeRequirement[] {
  return [
    ...(matchExpressions ?? []),
    // metadata.name, the only field that matchFields supports
    ...(matchFields ?? []).map(field => ({ ...field, key: "name of the node" })),
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
    byLabel(key, value, { path, who }),
  );
}

function byLabel(
  key: string,
  value: string,
  { path, who }: { path: FieldPath; who: string },
): Choice {
  const asks = `${who}selects nodes with ${key}: ${value}`;
  const possible = possibleFor({ key, operator: "In", values: [value] });
  // An administrator may have set the label on Windows nodes only.
  return { ...possible, path, asks, ...(mayTellOs(key) ? { unknown: asks } : {}) };
}

/** A Pod with nodeName set bypasses the scheduler. */
function byNode(name: string | null | undefined, facts: NodeFacts): Choice[] {
  if (name === undefined || name === null || name === "") return [];
  const path = ["spec", "nodeName"];
  const label = facts.nodeLabels(name)?.[OS_LABEL];
  if (label === undefined) {
    return [{ windows: true, other: true, path, asks: "", unknown: `is for node ${name}` }];
  }
  const asks = `is for node ${name}, which has ${OS_LABEL}: ${label}`;
  return [{ windows: label === "windows", other: label !== "windows", path, asks }];
}
