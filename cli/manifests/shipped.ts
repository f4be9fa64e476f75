/** The objects of an installation, from the files that are applied. */
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

/** The webhook of each configuration, without the fields that Pepr adds and those that are filled in. */
export const SHIPPED_WEBHOOKS = {
  mutating: webhookOf(mutating),
  validating: webhookOf(validating),
} as const;

/** The webhooks that only warn. A JSON patch adds them to the ValidatingWebhookConfiguration. */
export const SHIPPED_EARLY_WARNINGS = (earlyWarnings as [{ value: V1ValidatingWebhook }[]])[0].map(
  ({ value }) => value,
);

export const SHIPPED_POLICY = policy;
export const SHIPPED_BINDING = binding;

/** The namespaces that the webhook leaves out, and that the policy is bound to. */
export const SHIPPED_EXCLUSIONS: readonly string[] =
  binding.spec?.matchResources?.namespaceSelector?.matchExpressions?.[0]?.values ?? [];

function webhookOf(documents: unknown[]): Webhook {
  const [{ webhooks }] = documents as [{ webhooks: [Webhook] }];
  return webhooks[0];
}
