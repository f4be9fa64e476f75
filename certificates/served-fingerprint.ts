import type { Duplex } from "node:stream";
import { connect } from "node:tls";

import { DNS_NAMES } from "../kube/installation-names";

const TIMEOUT_MS = 3000;

type Server = { host: string; port: number } | { socket: Duplex };

/**
 * Returns the SHA-256 fingerprint of the served certificate, in the format of Node.js; undefined if the
 * TLS handshake does not complete within three seconds.
 */
export function servedFingerprint(server: Server): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({
      ...server,
      servername: DNS_NAMES[0],
      // The certificate is only inspected, and nothing is sent.
      rejectUnauthorized: false,
    });
    const done = (fingerprint?: string): void => {
      socket.destroy();
      resolve(fingerprint);
    };
    socket.setTimeout(TIMEOUT_MS, () => {
      done();
    });
    socket.once("error", () => {
      done();
    });
    socket.once("secureConnect", () => {
      done(socket.getPeerCertificate().fingerprint256);
    });
  });
}
