/** Rules of roles that are near to a grant of `use` on credential specs. */
import type { V1PolicyRule } from "@kubernetes/client-node";

import { CREDSPEC_RESOURCE } from "../../credspec/resource";
import { isNear, nearest, plainWord } from "../../near";

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
const OLD_GROUPS = ["auth.k8s.io", "windows.kubernetes.io", "gmsa.k8s.io", "windows.k8s"];

/** How the parts of a rule relate to `use` on credential specs. */
export interface RuleReading {
  /** It is about credential specs, or was to be. */
  concerns: boolean;
  /** It grants `use`, on all or on those that it names. */
  grants: boolean;
  /** It was to grant it. */
  wants: boolean;
  /** The parts that keep it from that: what is there, and what was meant. */
  faults: { part: "apiGroups" | "resources" | "verbs"; problem: string; remedy: string }[];
}

/** Reads one rule. */
export function readRule(rule: V1PolicyRule): RuleReading {
  const { apiGroups, resources, verbs } = rule;
  const hasGroup = includes(apiGroups, GROUP);
  const hasResource = includes(resources, PLURAL);
  const hasVerb = includes(verbs, USE);
  const nearGroup = hasGroup ? undefined : (apiGroups ?? []).find(isNearGroup);
  const nearResource = hasResource ? undefined : (resources ?? []).find(isNearResource);
  const nearVerb = hasVerb ? undefined : verbs.find(verb => isUseWord(verb));
  const concerns = isAboutCredspecs(rule, { nearGroup, nearResource });
  const faults: RuleReading["faults"] = [];
  if (!hasGroup) faults.push(groupFault(nearGroup ?? apiGroups?.[0]));
  if (!hasResource) faults.push(resourceFault(nearResource ?? resources?.[0]));
  if (!hasVerb) faults.push(verbFault(nearVerb, verbs));
  return {
    concerns,
    grants: hasGroup && hasResource && hasVerb,
    wants: concerns && (hasVerb || nearVerb !== undefined),
    faults,
  };
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

function includes(values: string[] | undefined, value: string): boolean {
  return (values ?? []).some(each => each === "*" || each === value);
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
  return (
    RESOURCE_WORDS.has(plainWord(bare)) || nearest(bare, [PLURAL]) !== undefined || bare === PLURAL
  );
}

function isUseWord(verb: string): boolean {
  return USE_WORDS.includes(verb.trim().toLowerCase());
}

function groupFault(found: string | undefined): RuleReading["faults"][number] {
  const what =
    found === undefined ? "it names no API group" : `${quoted(found)} is not the API group`;
  return {
    part: "apiGroups",
    problem: `${what} of credential specs`,
    remedy: `Write apiGroups: [${GROUP}], without a version.`,
  };
}

function resourceFault(found: string | undefined): RuleReading["faults"][number] {
  const what =
    found === undefined
      ? "it names no resource"
      : `${quoted(found)} is not the resource of credential specs`;
  const remedy = `Write resources: [${PLURAL}]: in lower case, in the plural, without a subresource.`;
  return { part: "resources", problem: what, remedy };
}

function verbFault(
  near: string | undefined,
  verbs: readonly string[],
): RuleReading["faults"][number] {
  const problem =
    near === undefined
      ? `it does not grant \`use\` (its verbs are ${verbs.length === 0 ? "none" : verbs.join(", ")})`
      : `${quoted(near)} is not a verb: verbs are in lower case, and this one is \`use\``;
  return { part: "verbs", problem, remedy: "Write verbs: [use]; admission asks for nothing else." };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
