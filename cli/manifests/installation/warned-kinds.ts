/**
 * Pure: the component custom-kinds as an installation has it. Which kinds it warns about is up to the
 * installation, but the webhook's rules and the webhook itself have to agree on them.
 */
import { WARNED_KINDS_WEBHOOK } from "../../../kube/installation-names";
import {
  readWarnedKinds,
  WARNED_KINDS,
  type WarnedKind,
} from "../../../rules/workload/warned-kinds";

/** The component's folder in deploy/components. */
export const KINDS_COMPONENT = "custom-kinds";

/**
 * The component's objects with these kinds in place of the shipped ones; as they are where the text names
 * none, or is not a list of kinds.
 *
 * @param text of the environment variable, as the installation has it.
 */
export function withKindsOf<Item extends object>(text: string, objects: readonly Item[]): Item[] {
  const rules = kindsIn(text).map(ruleOf);
  if (rules.length === 0) return [...objects];
  return objects.map(object => inEveryMap(object, text, rules) as Item);
}

function kindsIn(text: string): WarnedKind[] {
  try {
    return readWarnedKinds(text);
  } catch {
    // No replica starts with it, and the check of the replicas reports that.
    return [];
  }
}

/** As the chart and the component write it. */
function ruleOf({ group, plural }: WarnedKind): object {
  return {
    apiGroups: [group],
    apiVersions: ["*"],
    operations: ["CREATE", "UPDATE"],
    resources: [plural],
    scope: "Namespaced",
  };
}

function inEveryMap(value: unknown, text: string, rules: readonly object[]): unknown {
  if (Array.isArray(value)) return value.map(item => inEveryMap(item, text, rules));
  if (typeof value !== "object" || value === null) return value;
  const map = value as Record<string, unknown>;
  if (map.name === WARNED_KINDS && "value" in map) return { ...map, value: text };
  if (map.name === WARNED_KINDS_WEBHOOK) return { ...map, rules };
  return Object.fromEntries(
    Object.entries(map).map(([key, member]) => [key, inEveryMap(member, text, rules)]),
  );
}
