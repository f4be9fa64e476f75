import type { AdmissionWebhooks } from "../../inspect/state";
import { APPLY, check, fail, skip, unlessWrong, warn, type Observed } from "../report/check";
import { installedWebhooks, isInjected, type InstalledWebhook } from "./installed-webhooks";
import { describeExpressions } from "./webhook-differences";

/** Its client knows no match conditions, and what it does not know is lost where it writes. */
const OLD_CAINJECTOR =
  "The cainjector of cert-manager before 1.12 takes them away whenever it fills in the CA: have a later one first.";

/** Pods without GMSA never reach the webhook, and every Pod with it does. */
export const matchConditions = check({
  name: "match-conditions",
  title: "the match conditions by which only GMSA Pods reach the webhook",
  needs: ["mutating", "validating"],
  judge: state =>
    unlessWrong(
      installedWebhooks(state).flatMap(installed => observe(installed, state)),
      "only GMSA Pods reach the webhook; the conditions are as shipped",
    ),
});

function observe(
  { configuration, webhook, shipped }: InstalledWebhook,
  { mutating, validating }: AdmissionWebhooks,
): Observed[] {
  if (webhook === undefined) return [skip(`${configuration} is missing`)];
  const found = describeExpressions(webhook.matchConditions);
  if (found === "") {
    const problem = `${configuration} has no match conditions: every Pod waits for the webhook`;
    const remedy = isInjected([...mutating, ...validating]) ? `${OLD_CAINJECTOR} ${APPLY}` : APPLY;
    return [warn(problem, remedy)];
  }
  if (found === describeExpressions(shipped.matchConditions)) return [];
  const names = (webhook.matchConditions ?? []).map(({ name }) => name).join(", ");
  return [
    fail(
      `${configuration} has other match conditions (${names}) than this gmsa ships: GMSA Pods may pass it unseen`,
      `${APPLY} If another version is installed on purpose, use the gmsa of that version.`,
    ),
  ];
}
