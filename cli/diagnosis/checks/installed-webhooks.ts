import { INJECTED } from "../../../certificates/annotations";
import { KEEPER, NAME } from "../../../kube/installation-names";
import { OR_LOOK_AT_KEEPER } from "../../certificates/findings";
import type { AdmissionWebhooks, WebhookConfiguration } from "../../inspect/state";
import { SHIPPED_EARLY_WARNINGS, SHIPPED_WEBHOOKS, type Webhook } from "../../manifests/shipped";

/** The remedy for a missing caBundle. */
export const FILLED_IN = `${KEEPER} fills it in within seconds. ${OR_LOOK_AT_KEEPER}`;

/** An installed webhook and the shipped one. */
export interface InstalledWebhook {
  /**
   * Such as "MutatingWebhookConfiguration/pepr-gmsa", the configuration with one of the webhooks for Pods.
   */
  configuration: string;
  /** Undefined if the configuration or the webhook in it is missing. */
  webhook: Webhook | undefined;
  shipped: Webhook;
}

/** The two webhooks for Pods. */
export function installedWebhooks({ mutating, validating }: AdmissionWebhooks): InstalledWebhook[] {
  return [
    {
      configuration: `MutatingWebhookConfiguration/${NAME}`,
      webhook: webhookIn(mutating, SHIPPED_WEBHOOKS.mutating.name),
      shipped: SHIPPED_WEBHOOKS.mutating,
    },
    {
      configuration: `ValidatingWebhookConfiguration/${NAME}`,
      webhook: webhookIn(validating, SHIPPED_WEBHOOKS.validating.name),
      shipped: SHIPPED_WEBHOOKS.validating,
    },
  ];
}

/** The webhooks that only warn. Empty if their configuration is missing. */
export function installedEarlyWarnings({
  validating,
}: Pick<AdmissionWebhooks, "validating">): InstalledWebhook[] {
  return validating.some(isOurs)
    ? SHIPPED_EARLY_WARNINGS.map(shipped => ({
        configuration: `webhook ${shipped.name} of ValidatingWebhookConfiguration/${NAME}`,
        webhook: webhookIn(validating, shipped.name),
        shipped,
      }))
    : [];
}

/** Whether cert-manager fills in the CA of the installation's webhooks. */
export function isInjected(configurations: readonly WebhookConfiguration[]): boolean {
  return configurations
    .filter(isOurs)
    .some(({ metadata }) => metadata?.annotations?.[INJECTED] !== undefined);
}

function isOurs({ metadata }: WebhookConfiguration): boolean {
  return metadata?.name === NAME;
}

function webhookIn(
  configurations: readonly WebhookConfiguration[],
  name: string,
): Webhook | undefined {
  return configurations.find(isOurs)?.webhooks?.find(webhook => webhook.name === name);
}
