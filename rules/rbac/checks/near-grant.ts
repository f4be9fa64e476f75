/** Finds rules of roles that were probably meant to grant `use` on credential specs. */
import type { V1PolicyRule } from "@kubernetes/client-node";

import { CREDSPEC_RESOURCE, OLD_GROUPS } from "../../credspec/resource";
import { valueFix } from "../../fix";
import type { Fix } from "../../problem";
import { isNear, plainWord } from "../../near";

const { group: GROUP, plural: PLURAL } = CREDSPEC_RESOURCE;
const USE = "use";
/** Common names for the resource. */
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
/** Common forms of the verb. */
const USE_WORDS = ["use", "uses", "used", "using"];

/** How a rule relates to `use` on credential specs. */
export interface RuleReading {
  /** Whether the rule is about credential specs, or was meant to be. */
  concerns: boolean;
  /** Whether it grants `use`, on all credential specs or on those that it names. */
  grants: boolean;
  /** Whether it was meant to grant `use`. */
  wants: boolean;
  /** The parts that prevent the grant: the value found and the value meant. */
  faults: Fault[];
}

interface Fault {
  part: "apiGroups" | "resources" | "verbs";
  problem: string;
  remedy: string;
  /** Relative to the rule. Absent if no value is near to the one meant. */
  fix?: Fix;
}

/** Interprets one rule. */
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

/** In YAML, null means an absent list. */
function withLists({
  apiGroups,
  resources,
  verbs,
}: V1PolicyRule): Required<Pick<V1PolicyRule, "apiGroups" | "resources" | "verbs">> {
  return { apiGroups: apiGroups ?? [], resources: resources ?? [], verbs };
}

/**
 * Whether a part of a rule has the right value or a wildcard; otherwise, the value that is near to it.
 */
function partOf(
  values: readonly string[],
  right: string,
  isNearRight: (value: string) => boolean,
): { isRight: boolean; near: string | undefined } {
  const isRight = values.some(value => value === "*" || value === right);
  return { isRight, near: isRight ? undefined : values.find(isNearRight) };
}

/**
 * The group is sufficient if it is written out, because it has no other resource. A wildcard in it
 * matches everything, so it does not show that the rule is about credential specs.
 */
function isAboutCredspecs(
  { apiGroups, resources }: V1PolicyRule,
  near: { nearGroup: string | undefined; nearResource: string | undefined },
): boolean {
  if (hasOurGroup(apiGroups, near.nearGroup) || (resources ?? []).includes(PLURAL)) return true;
  // Other groups may have credentials of their own, so the resource must have GMSA in its name.
  return near.nearResource !== undefined && plainWord(near.nearResource).includes("gmsa");
}

function hasOurGroup(groups: string[] | undefined, nearGroup: string | undefined): boolean {
  return nearGroup !== undefined || (groups ?? []).includes(GROUP);
}

/**
 * Whether a name is near to the group: windows.k8s.io/v1, Windows.K8s.io, window.k8s.io,
 * *.windows.k8s.io, and groups of drafts.
 */
function isNearGroup(name: string): boolean {
  const bare = name
    .trim()
    .replace(/\/.*$/, "")
    .replace(/^\*?\.|\.$/g, "");
  const lower = bare.toLowerCase();
  return isNear(lower, GROUP) || OLD_GROUPS.includes(lower);
}

/**
 * Whether a name is near to the resource: the singular, the kind, the short name, a subresource, or
 * gmsacredentialspecs.windows.k8s.io.
 */
function isNearResource(name: string): boolean {
  const [bare = ""] = name.split(/[/.]/);
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
