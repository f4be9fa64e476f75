import { NAME } from "../../../kube/installed-objects";
import type { AdmissionWebhooks } from "../../inspect/state";
import type { Webhook } from "../../manifests/shipped";
import { APPLY, check, fail, unlessWrong, warn, type Observed } from "../report/check";
import { FILLED_IN, installedWebhooks, type InstalledWebhook } from "./installed-webhooks";
import { otherCallSettings, otherRules, otherService } from "./webhook-differences";
import { oldConfigurations } from "./windows-gmsa";

/** Both configurations are there, and have the API server ask about every GMSA Pod. */
export const webhooks = check({
  name: "webhooks",
  title: "both webhook configurations are there, for the same requests as shipped",
  needs: ["mutating", "validating"],
  judge: state =>
    unlessWrong(
      installedWebhooks(state).flatMap(installed => observe(installed, state)),
      `Mutating- and ValidatingWebhookConfiguration/${NAME} are as shipped`,
    ),
});

function observe(
  { configuration, webhook, shipped }: InstalledWebhook,
  state: AdmissionWebhooks,
): Observed[] {
  if (webhook === undefined) {
    const problem = `${configuration} with webhook ${shipped.name} is missing: GMSA Pods are not looked at`;
    return [fail(problem, APPLY)];
  }
  const failing = (clause: string): Observed => fail(`${configuration} ${clause}`, APPLY);
  return [
    ...otherService(webhook).map(failing),
    ...aboutTrust(configuration, webhook),
    ...aboutFailures(configuration, webhook, state),
    ...otherRules(webhook, shipped).map(failing),
    ...objectSelector(webhook).map(failing),
    ...otherCallSettings(webhook, shipped).map(clause => warn(`${configuration} ${clause}`, APPLY)),
  ];
}

/** Whether it is the right one is what the check of the certificate looks at, with more rights. */
function aboutTrust(configuration: string, { clientConfig }: Webhook): Observed[] {
  const problem = `${configuration} has no caBundle: the API server trusts no replica, and GMSA Pods are refused`;
  return (clientConfig.caBundle ?? "") === "" ? [fail(problem, FILLED_IN)] : [];
}

function aboutFailures(
  configuration: string,
  { failurePolicy }: Webhook,
  state: AdmissionWebhooks,
): Observed[] {
  if (failurePolicy === "Fail") return [];
  const problem = `${configuration} has failurePolicy ${failurePolicy ?? "unset"}`;
  if (oldConfigurations(state).length > 0) {
    const migrating = `${problem}: windows-gmsa is the guard, as in step 2 of docs/migration.md`;
    return [warn(migrating, "Go on with step 3 of docs/migration.md.")];
  }
  const unchecked = `${problem}: GMSA Pods are admitted unchecked while no replica is ready`;
  return [fail(unchecked, APPLY)];
}

function objectSelector({ objectSelector: selector }: Webhook): string[] {
  const { matchLabels, matchExpressions } = selector ?? {};
  return Object.keys(matchLabels ?? {}).length + (matchExpressions ?? []).length > 0
    ? ["has an objectSelector: Pods can leave themselves out by a label"]
    : [];
}
