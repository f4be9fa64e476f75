import { APPLY } from "../apply";
import { check, fail, skip, unlessWrong, warn } from "../check";
import type { Observed } from "../check";
import { installedWebhooks } from "../installed-webhooks";
import type { InstalledWebhook } from "../installed-webhooks";
import { describeConditions } from "../same-expression";

/** Pods without GMSA never reach the webhook, and every Pod with it does. */
export const matchConditions = check({
  name: "match-conditions",
  title: "the match conditions by which only GMSA Pods reach the webhook",
  needs: ["mutating", "validating"],
  judge: facts =>
    unlessWrong(
      installedWebhooks(facts).flatMap(observe),
      "only GMSA Pods reach the webhook; the conditions are as shipped",
    ),
});

function observe({ configuration, webhook, shipped }: InstalledWebhook): Observed[] {
  if (webhook === undefined) {
    return [skip(`${configuration} is missing`)];
  }
  const found = describeConditions(webhook);
  if (found === "") {
    const problem = `${configuration} has no match conditions: every Pod waits for the webhook`;
    return [warn(problem, APPLY)];
  }
  if (found === describeConditions(shipped)) {
    return [];
  }
  const names = (webhook.matchConditions ?? []).map(({ name }) => name).join(", ");
  return [
    fail(
      `${configuration} has other match conditions (${names}) than this gmsa ships: GMSA Pods may pass it unseen`,
      `${APPLY} If another version is installed on purpose, use the gmsa of that version.`,
    ),
  ];
}
