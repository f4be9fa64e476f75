import { connect } from "node:tls";

import { DNS_NAMES } from "./names";

const TIMEOUT_MS = 3000;

/**
 * The SHA-256 fingerprint of the certificate that is served at an address, as Node.js writes it,
 * or undefined if there is no TLS handshake within three seconds.
 */
export function servedFingerprint(address: {
  host: string;
  port: number;
}): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({
      ...address,
      servername: DNS_NAMES[0],
      // Looked at, not trusted: nothing is sent.
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
