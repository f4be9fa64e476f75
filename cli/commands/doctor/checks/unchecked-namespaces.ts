import { selects } from "../../../../rules/label-selector";
import { isRefused, refusingSelectors } from "../../../../rules/admission/excluded-namespaces";
import { pluralize } from "../../../../rules/text";
import { APPLY, check, fail, skip, unlessWrong, warn } from "../report/check";
import type { Observed } from "../report/check";
import type { NamespaceLabels } from "../../../inspect/state";
import { installedWebhooks } from "./installed-webhooks";
import type { Webhook } from "../../../manifests/shipped";

/** Names in one sentence; clusters have thousands of namespaces. */
const MOST_NAMES = 5;

/** In every namespace, GMSA Pods are either checked by the webhook or refused by the policy. */
export const namespaces = check({
  name: "namespaces",
  title: "in every namespace GMSA is checked by the webhook, or refused by the policy",
  needs: ["mutating", "validating", "policy", "policyBindings", "namespaces"],
  judge(facts) {
    const [mutating, validating] = installedWebhooks(facts).map(({ webhook }) => webhook);
    if (mutating === undefined || validating === undefined) {
      return [skip("a webhook configuration is missing")];
    }
    const refusing = facts.policy === undefined ? [] : refusingSelectors(facts.policyBindings);
    const left = facts.namespaces.filter(({ labels }) => !isRefused(refusing, labels));
    return unlessWrong(
      [...unchecked(left, validating), ...notFilledIn(left, mutating, validating)],
      `GMSA is checked in ${pluralize(left.length, "namespace")}, and refused in ${facts.namespaces.length - left.length} where the webhook does not look`,
    );
  },
});

function unchecked(left: NamespaceLabels[], validating: Webhook): Observed[] {
  const names = left.filter(({ labels }) => !looksAt(validating, labels));
  return names.length === 0
    ? []
    : [
        fail(
          `GMSA Pods are admitted unchecked in ${list(names)}: neither the validating webhook nor the policy looks there`,
          APPLY,
        ),
      ];
}

/** Nobody gets in unchecked there, but a Pod that names a credspec gets no contents. */
function notFilledIn(left: NamespaceLabels[], mutating: Webhook, validating: Webhook): Observed[] {
  const names = left.filter(
    ({ labels }) => looksAt(validating, labels) && !looksAt(mutating, labels),
  );
  return names.length === 0
    ? []
    : [
        warn(
          `GMSA Pods are refused in ${list(names)}: the mutating webhook, which fills in contents, does not look there`,
          "Give both webhook configurations the same namespaceSelector, or refuse GMSA there by the policy, as the component namespace-opt-out does.",
        ),
      ];
}

function looksAt({ namespaceSelector }: Webhook, labels: NamespaceLabels["labels"]): boolean {
  return selects(namespaceSelector ?? {}, labels);
}

function list(names: NamespaceLabels[]): string {
  const shown = names.slice(0, MOST_NAMES).map(({ name }) => name);
  const more = names.length - shown.length;
  return `namespace${names.length === 1 ? "" : "s"} ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
