/** Rules of roles that are near to a grant of `use` on credential specs. */
import type { V1PolicyRule } from "@kubernetes/client-node";

import { CREDSPEC_RESOURCE, OLD_GROUPS } from "../../credspec/resource";
import { valueFix } from "../../fix";
import type { Fix } from "../../problem";
import { isNear, plainWord } from "../../near";

const { group: GROUP, plural: PLURAL } = CREDSPEC_RESOURCE;
const USE = "use";
/** What people call the resource. */
const RESOURCE_WORDS = new Set([
  "credentialspec",
  "credentialspecs",
  "credspec",
  "credspecs",
  "gmsa",
  "gmsacredentialspec",
  "gmsacredentialspecs",
  "gmsacredspec",
  "gmsacredspecs",
  "gmsas",
  "gmsaspecs",
]);
/** What people call the verb. */
const USE_WORDS = ["use", "uses", "used", "using"];

/** How the parts of a rule relate to `use` on credential specs. */
export interface RuleReading {
  /** It is about credential specs, or was to be. */
  concerns: boolean;
  /** It grants `use`, on all or on those that it names. */
  grants: boolean;
  /** It was to grant it. */
  wants: boolean;
  /** The parts that keep it from that: what is there, and what was meant. */
  faults: Fault[];
}

interface Fault {
  part: "apiGroups" | "resources" | "verbs";
  problem: string;
  remedy: string;
  /** From the rule; absent where nothing is near to what was meant. */
  fix?: Fix;
}

/** Reads one rule. */
export function readRule(rule: V1PolicyRule): RuleReading {
  const { apiGroups, resources, verbs } = withLists(rule);
  const group = partOf(apiGroups, GROUP, isNearGroup);
  const resource = partOf(resources, PLURAL, isNearResource);
  const verb = partOf(verbs, USE, isUseWord);
  const concerns = isAboutCredspecs(rule, { nearGroup: group.near, nearResource: resource.near });
  return {
    concerns,
    grants: group.isRight && resource.isRight && verb.isRight,
    wants: concerns && (verb.isRight || verb.near !== undefined),
    faults: [
      ...(group.isRight ? [] : [groupFault(group.near ?? apiGroups[0])]),
      ...(resource.isRight ? [] : [resourceFault(resource.near ?? resources[0])]),
      ...(verb.isRight ? [] : [verbFault(verb.near, verbs)]),
    ].map(fault => {
      const [values, near, to] = {
        apiGroups: [apiGroups, group.near, GROUP] as const,
        resources: [resources, resource.near, PLURAL] as const,
        verbs: [verbs, verb.near, USE] as const,
      }[fault.part];
      return near === undefined
        ? fault
        : { ...fault, fix: valueFix([fault.part, values.indexOf(near)], to) };
    }),
  };
}

/** A null in YAML stands for an absent list. */
function withLists({
  apiGroups,
  resources,
  verbs,
}: V1PolicyRule): Required<Pick<V1PolicyRule, "apiGroups" | "resources" | "verbs">> {
  return { apiGroups: apiGroups ?? [], resources: resources ?? [], verbs };
}

/** Whether a part of a rule holds what grants, and if not, what is near to it. */
function partOf(
  values: readonly string[],
  right: string,
  isNearRight: (value: string) => boolean,
): { isRight: boolean; near: string | undefined } {
  const isRight = values.some(value => value === "*" || value === right);
  return { isRight, near: isRight ? undefined : values.find(isNearRight) };
}

/**
 * The group alone says it where it is written out, since it has no other resource. A wildcard is about
 * everything, and so about nothing here.
 */
function isAboutCredspecs(
  { apiGroups, resources }: V1PolicyRule,
  near: { nearGroup: string | undefined; nearResource: string | undefined },
): boolean {
  if (hasOurGroup(apiGroups, near.nearGroup) || (resources ?? []).includes(PLURAL)) return true;
  // Other groups may have credentials of their own; what has GMSA in its name is meant here.
  return near.nearResource !== undefined && plainWord(near.nearResource).includes("gmsa");
}

function hasOurGroup(groups: string[] | undefined, nearGroup: string | undefined): boolean {
  return nearGroup !== undefined || (groups ?? []).includes(GROUP);
}

/** windows.k8s.io/v1, Windows.K8s.io, window.k8s.io, *.windows.k8s.io, and groups of drafts. */
function isNearGroup(name: string): boolean {
  const bare = name
    .trim()
    .replace(/\/.*$/, "")
    .replace(/^\*?\.|\.$/g, "");
  const lower = bare.toLowerCase();
  return isNear(lower, GROUP) || OLD_GROUPS.includes(lower);
}

/** The singular, the kind, the short name, a subresource, with the group: gmsacredentialspecs.windows.k8s.io. */
function isNearResource(name: string): boolean {
  const [bare = ""] = name.trim().split(/[/.]/);
  return RESOURCE_WORDS.has(plainWord(bare)) || isNear(bare, PLURAL);
}

function isUseWord(verb: string): boolean {
  return USE_WORDS.includes(verb.trim().toLowerCase());
}

function groupFault(found: string | undefined): Fault {
  const what =
    found === undefined ? "it does not name an API group" : `${quoted(found)} is not the API group`;
  return {
    part: "apiGroups",
    problem: `${what} of credential specs`,
    remedy: `Write apiGroups: [${GROUP}], without a version.`,
  };
}

function resourceFault(found: string | undefined): Fault {
  const what =
    found === undefined
      ? "it does not name a resource"
      : `${quoted(found)} is not the resource of credential specs`;
  const remedy = `Write resources: [${PLURAL}]: in lower case, in the plural, without a subresource.`;
  return { part: "resources", problem: what, remedy };
}

function verbFault(near: string | undefined, verbs: readonly string[]): Fault {
  const problem =
    near === undefined
      ? `it does not grant \`use\` (its verbs are ${verbs.length === 0 ? "none" : verbs.join(", ")})`
      : `${quoted(near)} is not a verb: verbs are in lower case, and this one is \`use\``;
  return {
    part: "verbs",
    problem,
    remedy: "Write verbs: [use], the only verb that admission checks.",
  };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
