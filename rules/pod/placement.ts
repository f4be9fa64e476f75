/** On which nodes a Pod can run, as far as Windows is concerned, and by which of its fields. */
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

/** A node.k8s.io RuntimeClass, as far as it chooses nodes. */
export interface RuntimeClassLike extends ObjectLike {
  scheduling?: { nodeSelector?: Record<string, string> | null } | null;
}

/** What is known beside the Pod. */
export interface NodeFacts {
  /** Undefined for one that nobody can look up; `absent` if a cluster has none of that name. */
  runtimeClass: (name: string) => RuntimeClassLike | "absent" | undefined;
  /** Labels of a node; undefined if they are not known. */
  nodeLabels: (name: string) => Readonly<Record<string, string>> | undefined;
}

/** Nothing but the Pod. */
export const NOTHING_KNOWN: NodeFacts = {
  runtimeClass: () => undefined,
  nodeLabels: () => undefined,
};

/** Where a Pod runs, and why. */
export interface Placement {
  /**
   * `none` if its fields contradict each other; `anywhere` if nothing chooses; `unknown` if something
   * chooses of which is not known what that means.
   */
  os: "windows" | "linux" | "none" | "anywhere" | "unknown";
  /** The field that decides, or that should. */
  path: FieldPath;
  /** Why, as a clause about the Pod. */
  why: string;
}

interface Choice extends Possible {
  path: FieldPath;
  /** What it asks for, in words. */
  asks: string;
  /** It names something of which is not known what it is. */
  unknown?: string;
}

/** Whether an object is a RuntimeClass. */
export function isRuntimeClass(object: ObjectLike): object is RuntimeClassLike {
  return object.kind === "RuntimeClass" && groupOf(object) === "node.k8s.io";
}

/** RuntimeClasses and Nodes among objects. */
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
 * The RuntimeClasses and nodes that Pods name, where what is known already does not lead to Windows.
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

/** Whether a Pod says that it is for nodes other than Windows. */
export function isForOtherNodes(pod: PodLike, facts = NOTHING_KNOWN): boolean {
  const named = pod.spec?.os?.name ?? "";
  const { os } = placementOf(pod, facts);
  return (named !== "" && named !== "windows") || os === "linux" || os === "none";
}

/**
 * Where a Pod runs by its node selector, its required node affinity, its RuntimeClass and its node. Not
 * by os.name: the scheduler does not look at that.
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

/** Whether a Pod chooses by the label that is deprecated. */
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

/** Of several terms one is enough; of the requirements of a term all must be met. */
function byAffinity(required: Required): Choice[] {
  if (required === null || required === undefined) return [];
  const path: FieldPath = [
    ...["spec", "affinity", "nodeAffinity"],
    "requiredDuringSchedulingIgnoredDuringExecution",
  ];
  const terms = (required.nodeSelectorTerms ?? []).map(requirementsOf);
  if (terms.length === 0) {
    // The API server refuses it.
    return [{ windows: true, other: true, path, asks: "", unknown: "has a node affinity" }];
  }
  // A term without requirements is met by no node.
  const possible = terms.map(term =>
    term.length === 0 ? { windows: false, other: false } : allOf(term),
  );
  const asks = `has a node affinity for ${terms.map(termInWords).join(" or ")}`;
  // One that takes others as well is known to, if it says nothing that somebody may mean by it.
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
    // metadata.name, the only field there is: nodes that somebody chose
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
  // Somebody may give it to nodes with Windows alone.
  return { ...possible, path, asks, ...(mayTellOs(key) ? { unknown: asks } : {}) };
}

/** A Pod with a node does not pass the scheduler. */
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
