import { KEEPER, NAME, NAMESPACE } from "../../../../kube/installed-objects";
import { LOOK_AT_KEEPER } from "../../../certificates/findings";
import { APPLY, check, fail, unlessWrong, warn } from "../report/check";
import type { Observed } from "../report/check";
import type { InstallationState } from "../../../inspect/state";
import { otherCallSettings, describeRules } from "./webhook-differences";
import { calledBy, callsService, installedWebhooks } from "./installed-webhooks";
import type { InstalledWebhook } from "./installed-webhooks";
import { oldConfigurations } from "./windows-gmsa";
import type { Webhook } from "../../../manifests/shipped";

/** Both configurations are there, and have the API server ask about every GMSA Pod. */
export const webhooks = check({
  name: "webhooks",
  title: "both webhook configurations are there, for the same requests as shipped",
  needs: ["mutating", "validating"],
  judge: facts =>
    unlessWrong(
      installedWebhooks(facts).flatMap(installed => observe(installed, facts)),
      `Mutating- and ValidatingWebhookConfiguration/${NAME} are as shipped`,
    ),
});

function observe(
  { configuration, webhook, shipped }: InstalledWebhook,
  facts: Pick<InstallationState, "mutating" | "validating">,
): Observed[] {
  if (webhook === undefined) {
    const problem = `${configuration} with webhook ${shipped.name} is missing: GMSA Pods are not looked at`;
    return [fail(problem, APPLY)];
  }
  return [
    ...aboutService(configuration, webhook),
    ...aboutTrust(configuration, webhook),
    ...aboutFailures(configuration, webhook, facts),
    ...aboutRequests(configuration, webhook, shipped),
    ...aboutCalls(configuration, webhook, shipped),
  ];
}

function aboutService(configuration: string, webhook: Webhook): Observed[] {
  return callsService(webhook)
    ? []
    : [fail(`${configuration} calls ${calledBy(webhook)}, not ${NAMESPACE}/${NAME}`, APPLY)];
}

/** Whether it is the right one is what the check of the certificate looks at, with more rights. */
function aboutTrust(configuration: string, { clientConfig }: Webhook): Observed[] {
  return (clientConfig.caBundle ?? "") === ""
    ? [
        fail(
          `${configuration} has no caBundle: the API server trusts no replica, and GMSA Pods are refused`,
          `${KEEPER} fills it in within seconds. If it does not: ${LOOK_AT_KEEPER}`,
        ),
      ]
    : [];
}

function aboutFailures(
  configuration: string,
  { failurePolicy }: Webhook,
  facts: Pick<InstallationState, "mutating" | "validating">,
): Observed[] {
  if (failurePolicy === "Fail") {
    return [];
  }
  const problem = `${configuration} has failurePolicy ${failurePolicy ?? "unset"}`;
  if (oldConfigurations(facts).length > 0) {
    const migrating = `${problem}: windows-gmsa is the guard, as in step 2 of docs/migration.md`;
    return [warn(migrating, "Go on with step 3 of docs/migration.md.")];
  }
  const unchecked = `${problem}: GMSA Pods are admitted unchecked while no replica is ready`;
  return [fail(unchecked, APPLY)];
}

/** Requests that it is not asked about pass unchecked. */
function aboutRequests(configuration: string, webhook: Webhook, shipped: Webhook): Observed[] {
  const [rules, expected] = [describeRules(webhook.rules), describeRules(shipped.rules)];
  const wrong: Observed[] = [];
  if (rules !== expected) {
    wrong.push(fail(`${configuration} is for ${rules}, not for ${expected}`, APPLY));
  }
  const { matchLabels, matchExpressions } = webhook.objectSelector ?? {};
  if (Object.keys(matchLabels ?? {}).length + (matchExpressions ?? []).length > 0) {
    const problem = `${configuration} has an objectSelector: Pods can leave themselves out by a label`;
    wrong.push(fail(problem, APPLY));
  }
  return wrong;
}

function aboutCalls(configuration: string, webhook: Webhook, shipped: Webhook): Observed[] {
  return otherCallSettings(webhook, shipped).map(({ setting, is, shouldBe }) =>
    warn(`${configuration} has ${setting} ${is}, not ${shouldBe}`, APPLY),
  );
}
