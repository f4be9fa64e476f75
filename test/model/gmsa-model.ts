/**
 * A second implementation of the documented rules for Pods: the oracle of the random tests. It
 * shares neither code nor structure with the rules: one function handles a whole request, over a
 * flat list of places.
 */
import { goJson, hasKeyTwice, identityOf, readJson } from "./json-text";
import type { Tree } from "./json-text";

/** JSON that may have any shape. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The cluster's state. */
export interface ModelCluster {
  /** JSON of the stored `credspec` by object name; null for an object without one. */
  credspecs: ReadonlyMap<string, string | null>;
  /** Names of the credential specs that the Pod's service account may use. */
  granted: ReadonlySet<string>;
  namespace: string;
  account: string;
}

/** The expected result of a request. */
export interface Verdict {
  /** Sentences of the refusal; empty if the Pod is admitted. */
  sentences: string[];
  /** Contents to inline, by place, whether or not the Pod is admitted. */
  filledIn: Map<string, string>;
}

interface Spot {
  /** Identifier: kind and index for the nth container of a name. */
  id: string;
  /** Name of the place in messages. */
  called: string;
  name: string;
  contents: string;
}

const KINDS = [
  ["containers", "container"],
  ["initContainers", "init container"],
  ["ephemeralContainers", "ephemeral container"],
] as const;
const MOST_NAMES = 32;
const KIND_OF_OBJECT = "gmsacredentialspecs.windows.k8s.io";

/** Decides on a Pod as sent, with both webhooks active. */
export function decide(pod: Json, oldPod: Json, cluster: ModelCluster): Verdict {
  const before = oldPod === null ? undefined : spotsOf(oldPod);
  const now = spotsOf(pod);
  const arrived = now.filter(
    spot => isUsed(spot) && !(before ?? []).some(({ id }) => id === spot.id),
  );
  const filledIn = new Map<string, string>();
  const isCrowded = distinctNames(arrived).length > MOST_NAMES;
  for (const spot of arrived) {
    const isAskedFor = !isCrowded && canBeCalled(spot.name);
    const stored = isAskedFor ? cluster.credspecs.get(spot.name) : undefined;
    if (spot.contents === "" && typeof stored === "string" && cluster.granted.has(spot.name)) {
      const contents = goJson(treeOf(stored));
      filledIn.set(spot.id, contents);
      spot.contents = contents;
    }
  }
  return { filledIn, sentences: [...change(before ?? [], now), ...arrival(arrived, cluster)] };
}

/** The ids of all places of a Pod. */
export function spotIds(pod: Json): string[] {
  return spotsOf(pod).map(({ id }) => id);
}

function change(before: Spot[], now: Spot[]): string[] {
  const parts = before.flatMap(old => {
    const spot = now.find(({ id }) => id === old.id);
    const what = [
      ...(old.name === (spot?.name ?? "") ? [] : ["name"]),
      ...(old.contents === (spot?.contents ?? "") ? [] : ["contents"]),
    ];
    const called = spot?.called ?? old.called;
    return what.length === 0 ? [] : [`GMSA ${what.join(" and ")} modified on ${called}`];
  });
  return parts.length === 0
    ? []
    : [
        `cannot update an existing pod's GMSA settings (${enumerated(parts)}). ` +
          "Delete the Pod, and recreate it with the new settings.",
      ];
}

function arrival(arrived: Spot[], cluster: ModelCluster): string[] {
  const sentences: string[] = [];
  const nameless = arrived.filter(({ name }) => name === "").map(({ called }) => called);
  if (nameless.length > 0) {
    sentences.push(
      `${enumerated(nameless)} ${nameless.length > 1 ? "have each" : "has"} a GMSA cred spec set, but does ` +
        "not define the name of the corresponding resource. Set windowsOptions.gmsaCredentialSpecName " +
        "and remove gmsaCredentialSpec: it is filled in from the resource.",
    );
  }
  const references = distinctNames(arrived).map(name => ({
    name,
    spots: arrived.filter(spot => spot.name === name),
  }));
  if (references.length > MOST_NAMES) {
    const where = enumerated(references.flatMap(({ spots }) => spots.map(({ called }) => called)));
    return [
      ...sentences,
      `${references.length} GMSA cred specs are named (gmsaCredentialSpecName of ${where}), and ` +
        "32 are the most in one Pod. Put containers of other applications into separate Pods.",
    ];
  }
  sentences.push(...references.flatMap(({ name, spots }) => reference(name, spots, cluster)));
  return sentences;
}

function distinctNames(spots: Spot[]): string[] {
  return [...new Set(spots.map(({ name }) => name))].filter(name => name !== "");
}

/** Whether core/v1 accepts a name for an object, character by character. */
function canBeCalled(name: string): boolean {
  const isAlphanumeric = (character = ""): boolean =>
    character.length === 1 && "abcdefghijklmnopqrstuvwxyz0123456789".includes(character);
  return (
    name.length < 254 &&
    name
      .split(".")
      .every(
        part =>
          isAlphanumeric(part[0]) &&
          isAlphanumeric(part.at(-1)) &&
          Array.from(part).every(character => character === "-" || isAlphanumeric(character)),
      )
  );
}

/** A name in a sentence; it may be long or contain any character. */
function quoted(name: string): string {
  if (name.trim() === "") {
    return "empty";
  }
  return JSON.stringify(name.length > 80 ? `${name.substring(0, 80)}…` : name);
}

function reference(name: string, spots: Spot[], cluster: ModelCluster): string[] {
  const where = enumerated(spots.map(({ called }) => called));
  if (!canBeCalled(name)) {
    return [
      `cred spec ${quoted(name)} does not exist (gmsaCredentialSpecName of ${where}). This ` +
        "cannot be the name of an object, which must be lower case letters, digits, - and ., with a letter or digit " +
        `at both ends. Run \`kubectl get ${KIND_OF_OBJECT}\` to list the existing ones.`,
    ];
  }
  if (!cluster.granted.has(name)) {
    return [
      `service account "${cluster.account}" is not authorized to \`use\` GMSA cred spec "${name}" ` +
        `(gmsaCredentialSpecName of ${where}). Grant it with a RoleBinding in namespace ` +
        `"${cluster.namespace}" to a Role or ClusterRole that allows verb "use" on ${KIND_OF_OBJECT}, ` +
        `resource name "${name}".`,
    ];
  }
  const stored = cluster.credspecs.get(name);
  if (stored === undefined) {
    return [
      `cred spec ${name} does not exist (gmsaCredentialSpecName of ${where}). ` +
        `Run \`kubectl get ${KIND_OF_OBJECT}\` to list the existing ones.`,
    ];
  }
  if (stored === null) {
    return [
      `cred spec ${name} does not have a credspec key (gmsaCredentialSpecName of ${where}). The object ` +
        `${KIND_OF_OBJECT} "${name}" must hold the JSON of New-CredentialSpec under "credspec".`,
    ];
  }
  return wrongContents(name, spots, treeOf(stored));
}

/** One sentence for each kind of problem, in the order in which places first show it. */
function wrongContents(name: string, spots: Spot[], stored: Tree): string[] {
  const ways = new Map<string, string[]>();
  for (const { contents, called } of spots) {
    const way = wayOfBeingWrong(contents, name, stored);
    if (way !== undefined) {
      ways.set(way, [...(ways.get(way) ?? []), called]);
    }
  }
  return [...ways].map(
    ([way, called]) => `the GMSA cred spec contents for ${enumerated(called)} ${way}`,
  );
}

function wayOfBeingWrong(contents: string, name: string, stored: Tree): string | undefined {
  const fromNamed =
    "Remove windowsOptions.gmsaCredentialSpec: it is filled in from the resource that gmsaCredentialSpecName names.";
  const differs =
    `does not match the contents of GMSA resource "${name}". ` +
    "A copied or restored Pod carries old contents. Remove windowsOptions.gmsaCredentialSpec: it is filled in from the resource.";
  const tree = readJson(contents);
  if (tree === "too deep") {
    return contents.trimStart().startsWith("{") ? differs : `are not a JSON object. ${fromNamed}`;
  }
  if (tree === undefined) {
    return `are not valid JSON. ${fromNamed}`;
  }
  if (tree.type !== "object") {
    return `are not a JSON object. ${fromNamed}`;
  }
  if (identityOf(tree) !== identityOf(stored)) {
    return differs;
  }
  return hasKeyTwice(tree) ? `have the same key twice in one object. ${fromNamed}` : undefined;
}

function spotsOf(pod: Json): Spot[] {
  const spec = field(pod, "spec");
  const podName = text(field(field(pod, "metadata"), "name"));
  const spots = [spotOf("pod", podName, spec)];
  const seen = new Map<string, number>();
  for (const [list, kind] of KINDS) {
    const containers = field(spec, list);
    for (const container of Array.isArray(containers) ? containers : []) {
      const called = `${kind}|${text(field(container, "name"))}`;
      const count = (seen.get(called) ?? 0) + 1;
      seen.set(called, count);
      const spot = spotOf(kind, text(field(container, "name")), container);
      spots.push({ ...spot, id: `${called}|${count}` });
    }
  }
  return spots;
}

function spotOf(kind: string, name: string, holder: Json): Spot {
  const options = field(field(holder, "securityContext"), "windowsOptions");
  return {
    id: kind,
    called: name === "" ? kind : `${kind} "${name}"`,
    name: text(field(options, "gmsaCredentialSpecName")),
    contents: text(field(options, "gmsaCredentialSpec")),
  };
}

function isUsed({ name, contents }: Spot): boolean {
  return name !== "" || contents !== "";
}

function field(value: Json, name: string): Json {
  return typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.hasOwn(value, name)
    ? (value[name] ?? null)
    : null;
}

function text(value: Json): string {
  return typeof value === "string" ? value : "";
}

function treeOf(json: string): Tree {
  const tree = readJson(json);
  if (tree === undefined || tree === "too deep") {
    throw new Error("a stored credential spec is JSON");
  }
  return tree;
}

/** A list in one sentence: up to 300 characters, and the number of omitted items. */
function enumerated(things: readonly string[]): string {
  let shown = 0;
  for (let length = 0; shown < things.length; shown++) {
    length += `${things[shown] ?? ""}, `.length;
    if (length > 300) break;
  }
  const text = things.slice(0, shown).join(", ");
  return shown === things.length
    ? text
    : `${text} and ${(things.length - shown).toLocaleString("en")} more`;
}
