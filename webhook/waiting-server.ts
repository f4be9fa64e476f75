/** Reports at the address of the probes what a replica waits for, until Pepr listens there. */
import { once } from "node:events";
import { createServer } from "node:https";

import type { KeyPair } from "../pki/key-pair";
import { webhookPort } from "../kube/webhook-port";
import { answer } from "./http-answer";

/**
 * Answers every request with 503 and the reason.
 *
 * @param pair the certificate to serve with. Before there is one, the port is closed.
 * @param reason returns the current reason.
 * @returns a function that closes the server, and resolves when the port is free.
 */
export async function answerWhileWaiting(
  { certificate, key }: KeyPair,
  reason: () => string,
): Promise<() => Promise<void>> {
  const server = createServer({ cert: certificate, key }, (request, response) => {
    request.resume();
    response.shouldKeepAlive = false;
    answer(response, { status: 503, type: "text/plain", text: `${reason()}\n` });
  });
  server.listen(webhookPort(process.env));
  await once(server, "listening");
  return async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
}
