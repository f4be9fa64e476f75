import { NAME } from "../../../kube/installed-objects";
import type { Webhook } from "../../manifests/shipped";
import { APPLY, check, skip, unlessWrong, warn, type Observed } from "../report/check";
import { FILLED_IN, installedEarlyWarnings, type InstalledWebhook } from "./installed-webhooks";
import {
  describeExpressions,
  otherCallSettings,
  otherRules,
  otherService,
} from "./webhook-differences";

const UNTOLD = "whoever writes what it is about may not be told what is wrong";

/** People are told what is wrong when they write credspecs and workloads; no Pod depends on it. */
export const earlyWarnings = check({
  name: "early-warnings",
  title: "the webhooks that look at credspecs and workloads when these are written",
  needs: ["validating"],
  judge(state) {
    const installed = installedEarlyWarnings(state);
    return installed.length === 0
      ? [skip(`ValidatingWebhookConfiguration/${NAME}, which has them, is missing`)]
      : unlessWrong(
          installed.flatMap(observe),
          `${installed.map(({ shipped }) => shipped.name).join(" and ")} are as shipped`,
        );
  },
});

function observe({ configuration, webhook, shipped }: InstalledWebhook): Observed[] {
  if (webhook === undefined) return [warn(`${configuration} is missing: ${UNTOLD}`, APPLY)];
  const { failurePolicy = "unset", clientConfig } = webhook;
  // Nobody may have to wait for them.
  const blocks = `${configuration} has failurePolicy ${failurePolicy}, not Ignore: what it is about cannot be written while no replica is ready`;
  return [
    ...(failurePolicy === "Ignore" ? [] : [warn(blocks, APPLY)]),
    ...((clientConfig.caBundle ?? "") === ""
      ? [warn(`${configuration} has no caBundle: ${UNTOLD}`, FILLED_IN)]
      : []),
    ...differences(webhook, shipped).map(clause =>
      warn(`${configuration} ${clause}: ${UNTOLD}`, APPLY),
    ),
  ];
}

function differences(webhook: Webhook, shipped: Webhook): string[] {
  const isSame =
    describeExpressions(webhook.matchConditions) === describeExpressions(shipped.matchConditions);
  return [
    ...otherService(webhook),
    ...otherRules(webhook, shipped),
    ...(isSame ? [] : ["has other match conditions than this gmsa ships"]),
    ...otherCallSettings(webhook, shipped),
  ];
}
