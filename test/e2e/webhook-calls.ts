import type { Bed } from "../../testbed/bed/bed";

/** The webhooks of the installation, by the objects that they check. */
export type WebhookName =
  | "pepr-gmsa.pepr.dev"
  | "credspecs.pepr-gmsa.pepr.dev"
  | "workloads.pepr-gmsa.pepr.dev"
  | "custom-kinds.pepr-gmsa.pepr.dev";

/** How often the API server has called a webhook since it started. */
export async function webhookCalls(bed: Bed, name: WebhookName): Promise<number> {
  const { stdout } = await bed.kubectl(["get", "--raw", "/metrics"]);
  return stdout
    .split("\n")
    .filter(line => line.startsWith("apiserver_admission_webhook_request_total{"))
    .filter(line => line.includes(`name="${name}"`))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
