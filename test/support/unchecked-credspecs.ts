/** Stores credential specs without validation, as they were stored before validation existed. */
import {
  AdmissionregistrationV1Api,
  ApiException,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";

import { eventually } from "../../testbed/objects/eventually";
import type { Objects } from "../../testbed/objects/cluster-objects";

const CONFIGURATION = "pepr-gmsa";
const WEBHOOK = "credspecs.pepr-gmsa.pepr.dev";

/** Writes credential specs while the API server does not send them to the webhook. */
export async function storeUnchecked(
  objects: Objects,
  credspecs: Record<string, Record<string, unknown> | undefined>,
): Promise<void> {
  // No object has this label.
  await select(objects.kubeConfig, { matchLabels: { "example.com/unchecked": "never" } });
  try {
    for (const [name, credspec] of Object.entries(credspecs)) {
      // Wait until every part of the API server uses the change.
      await eventually(
        () => attempt(objects.createCredspec(name, credspec)),
        created => created,
      );
    }
  } finally {
    await select(objects.kubeConfig, {});
  }
  await eventually(
    () => attempt(objects.createCredspec("checked-again", {}, { dryRun: true })),
    created => !created,
  );
}

async function select(kubeConfig: KubeConfig, objectSelector: object): Promise<void> {
  const api = kubeConfig.makeApiClient(AdmissionregistrationV1Api);
  const { webhooks = [] } = await api.readValidatingWebhookConfiguration({ name: CONFIGURATION });
  const index = webhooks.findIndex(({ name }) => name === WEBHOOK);
  await api.patchValidatingWebhookConfiguration(
    {
      name: CONFIGURATION,
      body: [
        { op: "test", path: `/webhooks/${index}/name`, value: WEBHOOK },
        { op: "add", path: `/webhooks/${index}/objectSelector`, value: objectSelector },
      ],
    },
    setHeaderOptions("Content-Type", PatchStrategy.JsonPatch),
  );
}

async function attempt(write: Promise<void>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ApiException && JSON.stringify(error.body).includes(WEBHOOK)) {
      return false;
    }
    throw error;
  }
}
