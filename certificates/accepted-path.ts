import { request } from "node:https";

import { DNS_NAMES } from "../kube/installation-names";

const TIMEOUT_MS = 3000;
/** A GET is refused for its method, or for want of a client certificate, where the path is right. */
const ACCEPTED = [403, 405];

/** A replica, and the CAs that it is known by. */
export interface Replica {
  host: string;
  port: number;
  /** PEM. */
  ca: string;
}

/**
 * Whether a replica answers calls on this path; undefined for one that cannot be reached. It is asked by a
 * request that comes to nothing.
 */
export function acceptsPath(
  { host, port, ca }: Replica,
  path: string,
): Promise<boolean | undefined> {
  return new Promise(resolve => {
    const asked = request(
      {
        ...{ host, port, ca, servername: DNS_NAMES[0], path: `/mutate/${path}`, method: "GET" },
        // The path is told to nobody but a replica. As in Go, any trusted certificate ends a chain.
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
