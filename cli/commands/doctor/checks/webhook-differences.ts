import type { V1MatchCondition } from "@kubernetes/client-node";

import type { Webhook } from "../../../manifests/shipped";

/** Settings without which requests are treated otherwise, but that do not decide which are seen. */
const CALL_SETTINGS = [
  "timeoutSeconds",
  "matchPolicy",
  "sideEffects",
  "reinvocationPolicy",
] as const;

type CallSettings = Partial<Record<(typeof CALL_SETTINGS)[number], string | number>>;

/** A setting that is not as it was shipped; `unset` where there is none. */
export interface OtherSetting {
  setting: string;
  is: string;
  shouldBe: string;
}

/** How the calls of a webhook differ from those of the one that was shipped. */
export function otherCallSettings(webhook: Webhook, shipped: Webhook): OtherSetting[] {
  const [found, expected]: [CallSettings, CallSettings] = [webhook, shipped];
  return CALL_SETTINGS.filter(
    // What one of the two kinds does not have is in neither.
    setting => found[setting] !== expected[setting],
  ).map(setting => ({
    setting,
    is: String(found[setting] ?? "unset"),
    shouldBe: String(expected[setting] ?? "unset"),
  }));
}

/** Which requests a webhook or a policy is about. */
interface Rule {
  apiGroups?: string[];
  apiVersions?: string[];
  operations?: string[];
  resources?: string[];
  scope?: string;
}

/** Rules in words, in an order of their own: equal texts are equal rules. */
export function describeRules(rules: readonly Rule[] | undefined): string {
  return (rules ?? []).map(describeRule).sort().join("; ");
}

function describeRule({ apiGroups, apiVersions, operations, resources, scope }: Rule): string {
  const list = (values: string[] | undefined): string => [...(values ?? [])].sort().join(",");
  const group = list(apiGroups);
  const version = `${group === "" ? "" : `${group}/`}${list(apiVersions)}`;
  return `${list(operations)} ${list(resources)} (${version}, ${scope ?? "*"})`;
}

/** A CEL expression or a set of them, as far as it can matter: without the layout of its lines. */
export function expressionOf(text: string | undefined): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}

/** The match conditions of a webhook, in their order: equal texts are equal conditions. */
export function describeConditions({
  matchConditions = [],
}: {
  matchConditions?: V1MatchCondition[];
}): string {
  return matchConditions
    .map(({ name, expression }) => `${name}: ${expressionOf(expression)}`)
    .join("\n");
}
