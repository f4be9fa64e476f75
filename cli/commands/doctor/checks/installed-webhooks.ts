import { NAME, NAMESPACE } from "../../../../kube/installed-objects";
import type { InstallationState } from "../../../inspect/state";
import type { Webhook } from "../../../manifests/shipped";
import { SHIPPED_EARLY_WARNINGS, SHIPPED_WEBHOOKS } from "../../../manifests/shipped";

/** A webhook, as it is and as it should be. */
export interface InstalledWebhook {
  /** How it is called: "MutatingWebhookConfiguration/pepr-gmsa", which has one that guards Pods. */
  configuration: string;
  /** Undefined if the configuration, or the webhook in it, is not there. */
  webhook: Webhook | undefined;
  shipped: Webhook;
}

/** Both. */
export function installedWebhooks({
  mutating,
  validating,
}: Pick<InstallationState, "mutating" | "validating">): InstalledWebhook[] {
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

/** Those that only warn; none if there is no configuration for them. */
export function installedEarlyWarnings({
  validating,
}: Pick<InstallationState, "validating">): InstalledWebhook[] {
  return validating.some(({ metadata }) => metadata?.name === NAME)
    ? SHIPPED_EARLY_WARNINGS.map(shipped => ({
        configuration: `webhook ${shipped.name} of ValidatingWebhookConfiguration/${NAME}`,
        webhook: webhookIn(validating, shipped.name),
        shipped,
      }))
    : [];
}

/** Whether the API server calls a webhook at the installation's Service. */
export function callsService({ clientConfig: { service } }: Webhook): boolean {
  return service?.name === NAME && service.namespace === NAMESPACE;
}

/** Whom the API server calls, in words. */
export function calledBy({ clientConfig: { url, service } }: Webhook): string {
  return url === undefined
    ? `service ${service?.namespace ?? ""}/${service?.name ?? ""}`
    : `${url}, as npx pepr dev has it`;
}

function webhookIn(
  configurations: (InstallationState["mutating"] | InstallationState["validating"])[number][],
  name: string,
): Webhook | undefined {
  const configuration = configurations.find(({ metadata }) => metadata?.name === NAME);
  return configuration?.webhooks?.find(webhook => webhook.name === name);
}
