import { CoreV1Api } from "@kubernetes/client-node";

import type { Bed } from "../../testbed/bed/bed";
import { startBed } from "../../testbed/bed/local-bed";
import type { Replica } from "../../testbed/controller/replica";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import type { WebhookAddress } from "./admission-review";

/** The replica of a bed; the oldest if there are several. */
export function onlyReplica(bed: Bed): Replica {
  const replica = bed.controllers?.replicas[0];
  if (replica === undefined) {
    throw new Error("no replica runs");
  }
  return replica;
}

/**
 * A control plane with one controller, which tests call directly instead of through the API server.
 *
 * @param manifest the installation; by default the shipped one.
 */
export async function startWebhookBed(
  manifest = MANIFEST,
): Promise<{ bed: Bed; address: WebhookAddress }> {
  const bed = await startBed({ replicas: 1, install: manifest });
  return { bed, address: await webhookAddress(bed) };
}

/** Address for calling the oldest replica of a bed directly. */
export async function webhookAddress(bed: Bed): Promise<WebhookAddress> {
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const secret = async (name: string, key: string): Promise<string> => {
    const { data } = await core.readNamespacedSecret({ namespace: "pepr-system", name });
    return Buffer.from(data?.[key] ?? "", "base64").toString();
  };
  return {
    ...onlyReplica(bed).address,
    ca: await secret("pepr-gmsa-tls", "ca.crt"),
    apiPath: (await secret("pepr-gmsa-api-path", "value")).trim(),
  };
}
