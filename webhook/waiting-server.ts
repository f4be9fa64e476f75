/** Says at the probes' address what a replica waits for, until Pepr listens there. */
import { once } from "node:events";
import { createServer } from "node:https";

import type { KeyPair } from "../pki/key-pair";
import { webhookPort } from "../kube/webhook-port";
import { answer } from "./http-answer";

/**
 * Answers whatever is asked with 503 and the reason: nothing is admitted, and nothing is started, yet.
 *
 * @param pair to serve with; where there is none yet, a probe meets a closed port.
 * @param reason why not, as it is now.
 * @returns what ends it, and resolves when the port is free.
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
