import { duplexPair } from "node:stream";
import { TLSSocket, connect, createSecureContext } from "node:tls";
import { X509Certificate } from "node:crypto";

import type { KeyPair } from "./key-pair";
import { toPem } from "./trust-bundle";

/**
 * Performs a TLS handshake in memory, as an API server would with a served pair: for this name, and
 * trusting only these CAs.
 *
 * @returns why it would be refused, or undefined if it is accepted.
 */
export async function tryHandshake(
  { certificate, key }: KeyPair,
  anchors: X509Certificate[],
  name: string,
): Promise<string | undefined> {
  // Unlike Node.js, Go ignores the common name.
  const leaf = new X509Certificate(certificate);
  if (leaf.checkHost(name, { subject: "never" }) === undefined) {
    const names = leaf.subjectAltName ?? "none";
    return `it is not for the name ${name}; its names are: ${names}`;
  }
  const [near, far] = duplexPair();
  try {
    const secureContext = createSecureContext({ cert: certificate, key });
    const server = new TLSSocket(far, { isServer: true, secureContext });
    server.on("error", () => undefined);
    const client = connect({
      socket: near,
      servername: name,
      ca: toPem(anchors),
      // As in Go, any trusted certificate can end a chain, not only a root.
      allowPartialTrustChain: true,
    });
    return await new Promise(resolve => {
      client.once("error", (error: Error) => {
        resolve(`an API server that trusts its CA would not accept it: ${error.message}`);
      });
      client.once("secureConnect", () => {
        resolve(undefined);
      });
    });
  } catch (error) {
    return (error as Error).message;
  } finally {
    near.destroy();
    far.destroy();
  }
}
