/** Pure: which webhooks of a configuration are ours, and the patch that changes them and nothing else. */
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

/** Of a JSON Patch. */
export interface PatchOperation {
  op: "test" | "add";
  path: string;
  value: string | undefined;
}

/** What the keeper looks at: our own webhooks, and no other that somebody added. */
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
 * Only what differs, only in our own webhooks, and only if nobody has changed the configuration
 * since it was read. The CA and the path are for our Service: no other target ever gets them.
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

/** The index is right by the version; these hold even where a proxy or a webhook changed the order. */
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
