import { NAME } from "../../../kube/installation-names";
import type { Verdict } from "../../../rules/canary/probe-answer";
import { explain, withoutRepeats } from "../../../rules/canary/explain-verdict";
import type { Probe } from "../../../rules/canary/probe";
import { selects, type LabelSelector } from "../../../rules/label-selector";
import type { CanaryState, InstallationState } from "../../inspect/state";
import { SHIPPED_WEBHOOKS, type Webhook } from "../../manifests/shipped";
import { check, type Effect, type Observed } from "../report/check";

const GUARD = SHIPPED_WEBHOOKS.validating.name;
const CONFIGURATION = `ValidatingWebhookConfiguration/${NAME}`;

/**
 * Finds problems that objects do not show, such as a firewall, a proxy or a service mesh between the API
 * server and the webhook.
 */
export const canary = check({
  name: "canary",
  title: "a Pod that must be refused is refused: it is sent to the API server as a dry run",
  needs: ["canary"],
  judge: ({ canary: state }: Pick<InstallationState, "canary">) =>
    withoutRepeats(state.probes).map(({ probe, verdict }) => observe(state, probe, verdict)),
});

const LEVELS = {
  passed: "pass",
  unchecked: "fail",
  refused: "fail",
  unreachable: "fail",
  unknown: "unknown",
} as const;

function observe(state: CanaryState, probe: Probe, verdict: Verdict): Observed {
  const { problem, remedy } = explain(verdict, probe, state);
  const cause = verdict.outcome === "unchecked" ? whyNotAsked(state, probe) : undefined;
  const effect = effectOf(state, probe, verdict);
  return {
    level: LEVELS[verdict.outcome],
    message: cause === undefined ? problem : `${problem} (${cause})`,
    ...(remedy === "" ? {} : { remedy }),
    ...(effect === undefined ? {} : { effect }),
  };
}

/** The effect on all GMSA Pods. Undefined if the probe shows only what happens to this one. */
function effectOf(
  state: CanaryState,
  probe: Probe,
  { outcome, reason }: Verdict,
): Effect | undefined {
  switch (outcome) {
    case "unreachable":
      return "unanswered";
    case "unchecked":
      // Other namespaces may be checked. The check `namespaces` covers each of them.
      return isLeftOut(state, probe) ? undefined : "unchecked";
    case "refused":
      // A Pod that must be admitted may be refused because of the credential spec that it names.
      return probe.expect === "refused" || reason === "cannot ask" ? "refused" : undefined;
    case "passed":
    case "unknown":
      return undefined;
  }
}

/** Why the validating webhook was not called. Undefined if the user may not read its configuration. */
function whyNotAsked(state: CanaryState, probe: Probe): string | undefined {
  if (state.validating === undefined) return undefined;
  const webhook = guardIn(state);
  if (webhook === undefined) return `${CONFIGURATION} with webhook ${GUARD} is missing`;
  return isLeftOut(state, probe)
    ? `${CONFIGURATION} excludes namespace ${probe.namespace}`
    : `${CONFIGURATION} ${otherwiseNotAsked(webhook)}`;
}

/** The validating webhook for Pods. */
function guardIn({ validating }: CanaryState): Webhook | undefined {
  return validating
    ?.find(({ metadata }) => metadata?.name === NAME)
    ?.webhooks?.find(({ name }) => name === GUARD);
}

function isLeftOut(state: CanaryState, { namespace }: Probe): boolean {
  const webhook = guardIn(state);
  const labels = state.namespaces?.find(({ name }) => name === namespace)?.labels;
  return (
    webhook !== undefined &&
    labels !== undefined &&
    !selects(webhook.namespaceSelector ?? {}, labels)
  );
}

function otherwiseNotAsked({ failurePolicy, objectSelector }: Webhook): string {
  if (!isEmpty(objectSelector ?? {})) return "has an objectSelector that excludes the Pod";
  return failurePolicy === "Fail"
    ? "exists, but its rules or match conditions exclude the Pod"
    : `has failurePolicy ${failurePolicy ?? "unset"}, and could not be called`;
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}
