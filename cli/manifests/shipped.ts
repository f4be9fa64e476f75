/** What an installation holds, from the same files that it is made of. */
import type {
  V1MutatingWebhook,
  V1ValidatingAdmissionPolicy,
  V1ValidatingAdmissionPolicyBinding,
  V1ValidatingWebhook,
} from "@kubernetes/client-node";

import earlyWarnings from "../../deploy/patches/early-warnings.yaml";
import mutating from "../../deploy/patches/mutating-webhook.yaml";
import validating from "../../deploy/patches/validating-webhook.yaml";
import policyAndBinding from "../../deploy/policy/excluded-namespaces.yaml";

export type Webhook = V1MutatingWebhook | V1ValidatingWebhook;

interface Named<Kind> {
  kind: Kind;
  metadata: { name: string };
}

const [policy, binding] = policyAndBinding as [
  V1ValidatingAdmissionPolicy & Named<"ValidatingAdmissionPolicy">,
  V1ValidatingAdmissionPolicyBinding & Named<"ValidatingAdmissionPolicyBinding">,
];

/** The one webhook of each configuration, without what Pepr adds and what is filled in. */
export const SHIPPED_WEBHOOKS = {
  mutating: webhookOf(mutating),
  validating: webhookOf(validating),
} as const;

/** The webhooks that only warn, in the ValidatingWebhookConfiguration: a JSON patch adds them. */
export const SHIPPED_EARLY_WARNINGS = (earlyWarnings as [{ value: V1ValidatingWebhook }[]])[0].map(
  ({ value }) => value,
);

export const SHIPPED_POLICY = policy;
export const SHIPPED_BINDING = binding;

/** Where the webhook does not look: what the policy is bound to. */
export const SHIPPED_EXCLUSIONS: readonly string[] =
  binding.spec?.matchResources?.namespaceSelector?.matchExpressions?.[0]?.values ?? [];

function webhookOf(documents: unknown[]): Webhook {
  const [{ webhooks }] = documents as [{ webhooks: [Webhook] }];
  return webhooks[0];
}
