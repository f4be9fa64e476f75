/**
 * Pure: finds this project's webhooks in a configuration, and builds the patch that changes only them.
 */
import type {
  V1MutatingWebhookConfiguration,
  V1ValidatingWebhookConfiguration,
} from "@kubernetes/client-node";

import { INJECTED } from "./annotations";
import type { WebhookChange, WebhookConfiguration } from "./installation";
import { NAME, NAMESPACE, WEBHOOK_NAMES } from "../kube/installation-names";

export type Configuration = V1MutatingWebhookConfiguration | V1ValidatingWebhookConfiguration;
type Kind = WebhookConfiguration["kind"];
type Webhook = NonNullable<Configuration["webhooks"]>[number];

/** An operation of a JSON Patch. */
export interface PatchOperation {
  op: "test" | "add";
  path: string;
  value: string | undefined;
}

/** Reads this project's own webhooks. Webhooks that others added to the configuration are ignored. */
export function observedConfiguration(
  kind: Kind,
  { metadata, webhooks }: Configuration,
): WebhookConfiguration {
  const own = (webhooks ?? []).filter(({ name }) => WEBHOOK_NAMES[kind].includes(name));
  return {
    kind,
    webhooks: own.filter(callsOurService).map(({ clientConfig: { caBundle, service } }) => ({
      caBundle: Buffer.from(caBundle ?? "", "base64").toString(),
      path: service?.path ?? "",
    })),
    elsewhere: own.filter(webhook => !callsOurService(webhook)).map(({ name }) => name),
    injected: metadata?.annotations?.[INJECTED] !== undefined,
  };
}

/**
 * Builds a patch of the differences in this project's own webhooks. It fails if another client changed
 * the configuration after it was read. The CA and the path are only for this project's Service, so
 * webhooks with another target never get them.
 */
export function webhookPatch(
  configuration: Configuration,
  kind: Kind,
  change: WebhookChange,
): PatchOperation[] {
  const path = `/${kind}/${change.apiPath}`;
  const caBundle = change.caBundle && Buffer.from(change.caBundle).toString("base64");
  const operations = (configuration.webhooks ?? []).flatMap((webhook, index) => {
    const { name, clientConfig } = webhook;
    if (!WEBHOOK_NAMES[kind].includes(name) || !callsOurService(webhook)) return [];
    const at = `/webhooks/${index}`;
    const changes: PatchOperation[] = [];
    if (caBundle !== undefined && clientConfig.caBundle !== caBundle) {
      changes.push({ op: "add", path: `${at}/clientConfig/caBundle`, value: caBundle });
    }
    if (clientConfig.service?.path !== path) {
      changes.push({ op: "add", path: `${at}/clientConfig/service/path`, value: path });
    }
    return changes.length === 0 ? [] : [...isStillOurs(at, name), ...changes];
  });
  if (operations.length === 0) return [];
  const value = configuration.metadata?.resourceVersion;
  return [{ op: "test", path: "/metadata/resourceVersion", value }, ...operations];
}

/**
 * The resource version ensures that the index is right. These tests hold even if a proxy or a webhook
 * changed the order.
 */
function isStillOurs(at: string, name: string): PatchOperation[] {
  return [
    { op: "test", path: `${at}/name`, value: name },
    { op: "test", path: `${at}/clientConfig/service/namespace`, value: NAMESPACE },
    { op: "test", path: `${at}/clientConfig/service/name`, value: NAME },
  ];
}

function callsOurService({ clientConfig: { service } }: Webhook): boolean {
  return service?.namespace === NAMESPACE && service.name === NAME;
}
