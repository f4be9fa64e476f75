/**
 * Pure: the component custom-kinds as installed. The installation chooses the kinds to warn about, but the
 * rules in the webhook configuration and the webhook itself must agree on them.
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
 * The component's objects with these kinds instead of the shipped ones. Unchanged if the text names no kinds
 * or is invalid.
 *
 * @param text value of the environment variable in the installation.
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
    // No replica starts with this value, which the check `replicas` reports.
    return [];
  }
}

/** The same form as in the chart and the component. */
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
