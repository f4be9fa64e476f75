import { get } from "node:https";

import type { WebhookAddress } from "../support/admission-review";

/** The text of a controller's /metrics. */
export function scrape({ host, port, ca }: WebhookAddress): Promise<string> {
  const options = { host, port, ca, path: "/metrics", servername: "pepr-gmsa.pepr-system.svc" };
  return new Promise((resolve, reject) => {
    get({ ...options, agent: false }, response => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part));
      response.on("end", () => {
        resolve(body);
      });
    }).on("error", reject);
  });
}
