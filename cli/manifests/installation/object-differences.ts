/** Pure: compares two objects, without the fields that others than the installation fill in. */
import { WEBHOOK_NAMES } from "../../../kube/installation-names";
import { withDefaults } from "./defaults";
import { differencesOf, type Difference } from "./differences";
import type { PlainObject } from "./plain-object";

const OUR_WEBHOOKS = Object.values(WEBHOOK_NAMES).flat();

/** The differences of an object from an earlier or a shipped one. */
export function differencesBetween(before: PlainObject, there: PlainObject): Difference[] {
  return differencesOf(plain(before), plain(there));
}

/**
 * An object for comparison: with defaults; a Secret with its keys only; our webhooks without the fields that
 * are filled in.
 */
function plain({ data, ...object }: PlainObject): object {
  const filled = withoutTrust(withDefaults(object));
  return object.kind === "Secret"
    ? { ...filled, data: keysOf(data) }
    : { ...filled, ...(data === undefined ? {} : { data }) };
}

/**
 * pepr-gmsa-certificates or cert-manager fill in the CA and the path. The check `certificate` covers them.
 */
function withoutTrust(object: { kind: string; webhooks?: unknown }): object {
  if (!object.kind.endsWith("WebhookConfiguration")) return object;
  for (const { name, clientConfig } of (object.webhooks ?? []) as Webhook[]) {
    if (!OUR_WEBHOOKS.includes(name)) continue;
    delete clientConfig?.caBundle;
    delete clientConfig?.service?.path;
  }
  return object;
}

interface Webhook {
  name: string;
  clientConfig?: { caBundle?: string; service?: { path?: string } };
}

function keysOf(data: unknown): Record<string, string> {
  const keys = Object.keys(data ?? {}).filter(key => key.startsWith("module-"));
  return Object.fromEntries(keys.map(key => [key, "present"]));
}
