import type { V1MatchCondition } from "@kubernetes/client-node";

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
