import { NAME, NAMESPACE } from "../../certificates/names";
import type { Facts } from "../facts/facts";
import type { Webhook } from "../facts/shipped";
import { SHIPPED_WEBHOOKS } from "../facts/shipped";

/** One of the two webhook configurations, as it is and as it should be. */
export interface InstalledWebhook {
  /** Such as "MutatingWebhookConfiguration/pepr-gmsa". */
  configuration: string;
  /** Undefined if the configuration, or the webhook in it, is not there. */
  webhook: Webhook | undefined;
  shipped: Webhook;
}

/** Both. */
export function installedWebhooks({
  mutating,
  validating,
}: Pick<Facts, "mutating" | "validating">): InstalledWebhook[] {
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

/** Whether the API server calls a webhook at the installation's Service. */
export function callsService({ clientConfig: { service } }: Webhook): boolean {
  return service?.name === NAME && service.namespace === NAMESPACE;
}

function webhookIn(
  configurations: (Facts["mutating"] | Facts["validating"])[number][],
  name: string,
): Webhook | undefined {
  const configuration = configurations.find(({ metadata }) => metadata?.name === NAME);
  return configuration?.webhooks?.find(webhook => webhook.name === name);
}
