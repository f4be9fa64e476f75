import { NAME } from "../../../kube/installed-objects";
import type { Verdict } from "../../../rules/canary/answer";
import { explain } from "../../../rules/canary/explain";
import type { Trial } from "../../../rules/canary/trial";
import { selects, type LabelSelector } from "../../../rules/label-selector";
import type { CanaryState, InstallationState } from "../../inspect/state";
import { SHIPPED_WEBHOOKS, type Webhook } from "../../manifests/shipped";
import { check, type Observed } from "../report/check";

const CONFIGURATION = `ValidatingWebhookConfiguration/${NAME}`;

/** Sees what objects do not show: a firewall, a proxy, a service mesh between API server and webhook. */
export const canary = check({
  name: "canary",
  title: "a Pod that must be refused is refused: it is sent to the API server as a dry run",
  needs: ["canary"],
  judge: ({ canary: state }: Pick<InstallationState, "canary">) =>
    state.trials.map(({ trial, verdict }) => observe(state, trial, verdict)),
});

const LEVELS = {
  passed: "pass",
  unchecked: "fail",
  refused: "fail",
  unreachable: "fail",
  unknown: "unknown",
} as const;

function observe(state: CanaryState, trial: Trial, verdict: Verdict): Observed {
  const { problem, remedy } = explain(verdict, trial, state.readyReplicas);
  const cause = verdict.outcome === "unchecked" ? whyNotAsked(state, trial) : undefined;
  return {
    level: LEVELS[verdict.outcome],
    message: cause === undefined ? problem : `${problem} (${cause})`,
    ...(remedy === "" ? {} : { remedy }),
  };
}

/** Why the validating webhook was not asked; undefined if the user may not look. */
function whyNotAsked(
  { validating, namespaces }: CanaryState,
  { namespace }: Trial,
): string | undefined {
  if (validating === undefined) return undefined;
  const { name } = SHIPPED_WEBHOOKS.validating;
  const webhook = validating
    .find(({ metadata }) => metadata?.name === NAME)
    ?.webhooks?.find(each => each.name === name);
  if (webhook === undefined) return `${CONFIGURATION} with webhook ${name} is missing`;
  const labels = namespaces?.find(each => each.name === namespace)?.labels;
  if (labels !== undefined && !selects(webhook.namespaceSelector ?? {}, labels)) {
    return `${CONFIGURATION} leaves namespace ${namespace} out`;
  }
  return `${CONFIGURATION} ${otherwiseNotAsked(webhook)}`;
}

function otherwiseNotAsked({ failurePolicy, objectSelector }: Webhook): string {
  if (!isEmpty(objectSelector ?? {})) return "has an objectSelector that leaves the Pod out";
  return failurePolicy === "Fail"
    ? "is there, but its rules or match conditions leave the Pod out"
    : `has failurePolicy ${failurePolicy ?? "unset"}, and could not be called`;
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}
