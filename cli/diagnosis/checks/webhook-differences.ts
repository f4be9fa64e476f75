/** How webhooks and policies differ from those that were shipped: clauses, none where they do not. */
import type { V1MatchCondition } from "@kubernetes/client-node";

import { NAME, NAMESPACE } from "../../../kube/installed-objects";
import type { Webhook } from "../../manifests/shipped";

/** Settings without which requests are treated otherwise, but that do not decide which are seen. */
const CALL_SETTINGS = [
  "timeoutSeconds",
  "matchPolicy",
  "sideEffects",
  "reinvocationPolicy",
] as const;

type CallSettings = Partial<Record<(typeof CALL_SETTINGS)[number], string | number>>;

/** That the API server calls something else than the installation's Service. */
export function otherService({ clientConfig: { url, service } }: Webhook): string[] {
  if (service?.name === NAME && service.namespace === NAMESPACE) return [];
  const called =
    url === undefined
      ? `service ${service?.namespace ?? ""}/${service?.name ?? ""}`
      : `${url}, as npx pepr dev has it`;
  return [`calls ${called}, not ${NAMESPACE}/${NAME}`];
}

/** That it is about other requests. */
export function otherRules(webhook: Webhook, shipped: Webhook): string[] {
  const [rules, expected] = [describeRules(webhook.rules), describeRules(shipped.rules)];
  return rules === expected ? [] : [`is for ${rules}, not for ${expected}`];
}

/** What one of the two kinds of webhooks does not have is in neither. */
export function otherCallSettings(webhook: Webhook, shipped: Webhook): string[] {
  const [found, expected]: [CallSettings, CallSettings] = [webhook, shipped];
  return CALL_SETTINGS.filter(setting => found[setting] !== expected[setting]).map(
    setting => `has ${setting} ${found[setting] ?? "unset"}, not ${expected[setting] ?? "unset"}`,
  );
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

/** Named expressions, in their order: equal texts are equal expressions. */
export function describeExpressions(named: readonly V1MatchCondition[] = []): string {
  return named.map(({ name, expression }) => `${name}: ${expressionOf(expression)}`).join("\n");
}
