import { selects } from "../../../rules/label-selector";
import { isRefused, refusingSelectors } from "../../../rules/admission/excluded-namespaces";
import { pluralize } from "../../../rules/text";
import { firstOf } from "../../../rules/text";
import { check, fail, skip, unlessWrong, warn, type Observed } from "../report/check";
import type { InstallationState, NamespaceLabels } from "../../inspect/state";
import { applyAdvice } from "./apply-advice";
import { installedWebhooks } from "./installed-webhooks";
import type { Webhook } from "../../manifests/shipped";

/** Names in one sentence. Clusters have thousands of namespaces. */
const MOST_NAMES = 5;

/** Checks that in every namespace GMSA Pods are either checked by the webhook or refused by the policy. */
export const namespaces = check({
  name: "namespaces",
  title: "in every namespace, the webhook checks GMSA or the policy refuses it",
  needs: ["mutating", "validating", "policy", "policyBindings", "namespaces", "installed"],
  judge(state) {
    const [mutating, validating] = installedWebhooks(state).map(({ webhook }) => webhook);
    if (mutating === undefined || validating === undefined) {
      return [skip("a webhook configuration is missing")];
    }
    const left = namespacesLeft(state);
    const unchecked = uncheckedNamespaces(state);
    const notFilledIn = unfilledNamespaces(state);
    return unlessWrong(
      [
        ...observe(unchecked, list =>
          fail(
            `GMSA Pods are admitted unchecked in ${list}: neither the validating webhook nor the policy covers GMSA there`,
            applyAdvice(state.installed),
          ),
        ),
        ...observe(notFilledIn, list =>
          warn(
            `GMSA Pods are refused in ${list}: the mutating webhook, which fills in contents, does not cover it`,
            "Give both webhook configurations the same namespaceSelector, or let the policy refuse GMSA there, as the component namespace-opt-out does.",
          ),
        ),
      ],
      `GMSA is checked in ${pluralize(left.length, "namespace")}, and refused in ${state.namespaces.length - left.length} that the webhook does not cover`,
    );
  },
});

type Needed = Pick<
  InstallationState,
  "mutating" | "validating" | "policy" | "policyBindings" | "namespaces"
>;

/** Namespaces that neither the validating webhook nor the policy covers. */
export function uncheckedNamespaces(state: Needed): NamespaceLabels[] {
  const [, validating] = installedWebhooks(state).map(({ webhook }) => webhook);
  return namespacesLeft(state).filter(
    namespace => validating === undefined || !looksAt(validating, namespace),
  );
}

/**
 * Namespaces that the validating webhook covers and the mutating webhook does not. There, a Pod that names a
 * credential spec does not get its contents, and is refused.
 */
export function unfilledNamespaces(state: Needed): NamespaceLabels[] {
  const [mutating, validating] = installedWebhooks(state).map(({ webhook }) => webhook);
  if (mutating === undefined || validating === undefined) return [];
  return namespacesLeft(state).filter(
    namespace => looksAt(validating, namespace) && !looksAt(mutating, namespace),
  );
}

/** Namespaces in which the policy does not refuse GMSA. */
function namespacesLeft({ policy, policyBindings, namespaces: all }: Needed): NamespaceLabels[] {
  const refusing = policy === undefined ? [] : refusingSelectors(policyBindings);
  return all.filter(({ labels }) => !isRefused(refusing, labels));
}

function looksAt({ namespaceSelector }: Webhook, { labels }: NamespaceLabels): boolean {
  return selects(namespaceSelector ?? {}, labels);
}

function observe(
  namespaces: readonly NamespaceLabels[],
  describe: (list: string) => Observed,
): Observed[] {
  const names = namespaces.map(({ name }) => name);
  const noun = names.length === 1 ? "namespace" : "namespaces";
  return names.length === 0 ? [] : [describe(`${noun} ${firstOf(names, MOST_NAMES)}`)];
}
