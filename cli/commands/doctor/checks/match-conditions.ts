import { INJECTED } from "../../../../certificates/annotations";
import { NAME } from "../../../../kube/installed-objects";
import type { InstallationState } from "../../../inspect/state";
import { APPLY, check, fail, skip, unlessWrong, warn } from "../report/check";
import type { Observed } from "../report/check";
import { installedWebhooks } from "./installed-webhooks";
import type { InstalledWebhook } from "./installed-webhooks";
import { describeConditions } from "./webhook-differences";

/** Its client knows no match conditions, and what it does not know is lost where it writes. */
const OLD_CAINJECTOR =
  "The cainjector of cert-manager before 1.12 takes them away whenever it fills in the CA: have a later one first.";

/** Pods without GMSA never reach the webhook, and every Pod with it does. */
export const matchConditions = check({
  name: "match-conditions",
  title: "the match conditions by which only GMSA Pods reach the webhook",
  needs: ["mutating", "validating"],
  judge: facts =>
    unlessWrong(
      installedWebhooks(facts).flatMap(installed => observe(installed, facts)),
      "only GMSA Pods reach the webhook; the conditions are as shipped",
    ),
});

function observe(
  { configuration, webhook, shipped }: InstalledWebhook,
  facts: Pick<InstallationState, "mutating" | "validating">,
): Observed[] {
  if (webhook === undefined) {
    return [skip(`${configuration} is missing`)];
  }
  const found = describeConditions(webhook);
  if (found === "") {
    const problem = `${configuration} has no match conditions: every Pod waits for the webhook`;
    return [warn(problem, isInjected(facts) ? `${OLD_CAINJECTOR} ${APPLY}` : APPLY)];
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

/** cert-manager fills in the CA. */
function isInjected({
  mutating,
  validating,
}: Pick<InstallationState, "mutating" | "validating">): boolean {
  return [...mutating, ...validating].some(
    ({ metadata }) => metadata?.name === NAME && metadata.annotations?.[INJECTED] !== undefined,
  );
}
