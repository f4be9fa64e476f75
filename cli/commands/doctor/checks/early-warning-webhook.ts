import { KEEPER, NAME, NAMESPACE } from "../../../../kube/installed-objects";
import { LOOK_AT_KEEPER } from "../../../certificates/findings";
import type { Webhook } from "../../../manifests/shipped";
import { APPLY, check, skip, unlessWrong, warn } from "../report/check";
import { otherCallSettings, describeRules, describeConditions } from "./webhook-differences";
import type { Observed } from "../report/check";
import { calledBy, callsService, installedEarlyWarnings } from "./installed-webhooks";
import type { InstalledWebhook } from "./installed-webhooks";

const UNTOLD = "whoever writes what it is about may not be told what is wrong";

/** People are told what is wrong when they write credspecs and workloads; no Pod depends on it. */
export const earlyWarnings = check({
  name: "early-warnings",
  title: "the webhooks that look at credspecs and workloads when these are written",
  needs: ["validating"],
  judge(facts) {
    const installed = installedEarlyWarnings(facts);
    return installed.length === 0
      ? [skip(`ValidatingWebhookConfiguration/${NAME}, which has them, is missing`)]
      : unlessWrong(
          installed.flatMap(observe),
          `${installed.map(({ shipped }) => shipped.name).join(" and ")} are as shipped`,
        );
  },
});

function observe({ configuration, webhook, shipped }: InstalledWebhook): Observed[] {
  if (webhook === undefined) {
    return [warn(`${configuration} is missing: ${UNTOLD}`, APPLY)];
  }
  return [
    ...aboutFailures(configuration, webhook),
    ...aboutTrust(configuration, webhook),
    ...differences(webhook, shipped).map(difference =>
      warn(`${configuration} ${difference}: ${UNTOLD}`, APPLY),
    ),
  ];
}

/** Nobody may have to wait for them. */
function aboutFailures(configuration: string, { failurePolicy }: Webhook): Observed[] {
  return failurePolicy === "Ignore"
    ? []
    : [
        warn(
          `${configuration} has failurePolicy ${failurePolicy ?? "unset"}, not Ignore: what it is about cannot be written while no replica is ready`,
          APPLY,
        ),
      ];
}

function aboutTrust(configuration: string, { clientConfig }: Webhook): Observed[] {
  return (clientConfig.caBundle ?? "") === ""
    ? [
        warn(
          `${configuration} has no caBundle: ${UNTOLD}`,
          `${KEEPER} fills it in within seconds. If it does not: ${LOOK_AT_KEEPER}`,
        ),
      ]
    : [];
}

function differences(webhook: Webhook, shipped: Webhook): string[] {
  const found: string[] = [];
  if (!callsService(webhook)) {
    found.push(`calls ${calledBy(webhook)}, not ${NAMESPACE}/${NAME}`);
  }
  const [rules, expected] = [describeRules(webhook.rules), describeRules(shipped.rules)];
  if (rules !== expected) {
    found.push(`is for ${rules}, not for ${expected}`);
  }
  if (describeConditions(webhook) !== describeConditions(shipped)) {
    found.push("has other match conditions than this gmsa ships");
  }
  for (const { setting, is, shouldBe } of otherCallSettings(webhook, shipped)) {
    found.push(`has ${setting} ${is}, not ${shouldBe}`);
  }
  return found;
}
