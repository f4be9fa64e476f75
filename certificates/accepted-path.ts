import { request } from "node:https";

import { DNS_NAMES } from "../kube/installation-names";

const TIMEOUT_MS = 3000;
/** If the path is right, a GET is refused for its method, or for the missing client certificate. */
const ACCEPTED = [403, 405];

/** A replica, and the CAs to trust for it. */
export interface Replica {
  host: string;
  port: number;
  /** PEM. */
  ca: string;
}

/**
 * Whether a replica answers requests on this path; undefined if it cannot be reached. The request has no
 * effect.
 */
export function acceptsPath(
  { host, port, ca }: Replica,
  path: string,
): Promise<boolean | undefined> {
  return new Promise(resolve => {
    const asked = request(
      {
        ...{ host, port, ca, servername: DNS_NAMES[0], path: `/mutate/${path}`, method: "GET" },
        // The path is secret, so it is sent only to a verified replica. As in Go, any trusted
        // certificate ends a chain.
        ...{
          rejectUnauthorized: true,
          allowPartialTrustChain: true,
          agent: false,
          timeout: TIMEOUT_MS,
        },
      },
      response => {
        response.resume();
        resolve(ACCEPTED.includes(response.statusCode ?? 0));
      },
    );
    asked.once("timeout", () => asked.destroy());
    asked.once("error", () => {
      resolve(undefined);
    });
    asked.end();
  });
}
