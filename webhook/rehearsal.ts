/**
 * Warms up a replica. A new process is slow, because V8 compiles only functions that were called often.
 * So before a replica is ready it sends reviews to itself, over HTTPS as an API server does, with a
 * constant cluster.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Agent, request, type RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";

import { DNS_NAMES } from "../kube/installation-names";
import { REHEARSAL_MS } from "./readiness";
import type { AnsweredReview } from "./review-answer";
import { rehearsedReviews, type RehearsedReview } from "./rehearsal-reviews";

/** More rounds than this do not make it faster. */
const ROUNDS = 100;
const HEADER = "gmsa-rehearsal";

/** The address of this process's own server. */
export interface OwnServer {
  address: AddressInfo;
  /** The certificate that it serves, PEM. */
  certificate: string;
}

/** Reviews that a process sends to itself, authenticated by a random secret. */
export class Rehearsal {
  readonly #secret = randomBytes(32);

  /** Whether a request is one of these reviews. */
  isPart({ headers }: IncomingMessage): boolean {
    const secret = headers[HEADER];
    if (typeof secret !== "string") return false;
    const bytes = Buffer.from(secret, "hex");
    return bytes.length === this.#secret.length && timingSafeEqual(bytes, this.#secret);
  }

  /**
   * Sends reviews of every kind in rounds, for at most 1.5 seconds.
   *
   * @throws if an answer is not the expected one.
   */
  async run(server: OwnServer, rounds = ROUNDS): Promise<void> {
    const agent = new Agent({
      keepAlive: true,
      maxSockets: 1,
      ca: server.certificate,
      // Exactly this certificate is expected, whatever CA signed it.
      allowPartialTrustChain: true,
      servername: DNS_NAMES[0],
    });
    const reviews = rehearsedReviews();
    const end = performance.now() + REHEARSAL_MS;
    try {
      for (let round = 0; round < rounds; round++) {
        for (const rehearsed of reviews) {
          if (performance.now() > end) return;
          await this.#ask(server, agent, rehearsed);
        }
      }
    } finally {
      agent.destroy();
    }
  }

  async #ask(
    { address }: OwnServer,
    agent: Agent,
    { webhook, review, allowed }: RehearsedReview,
  ): Promise<void> {
    review.request.uid = randomBytes(16).toString("hex");
    const text = await post(JSON.stringify(review), {
      agent,
      host: reachable(address.address),
      port: address.port,
      path: `/${webhook}/rehearsal`,
      method: "POST",
      headers: {
        "content-type": "application/json",
        [HEADER]: this.#secret.toString("hex"),
      },
      timeout: REHEARSAL_MS,
    });
    const { response } = JSON.parse(text) as AnsweredReview;
    if (response?.allowed === allowed) return;
    // The text is safe to log, because the reviews are constants.
    throw new Error(`a rehearsed ${webhook} got a wrong answer: ${text}`);
  }
}

/** Converts an address to listen on to one to connect to. */
function reachable(address: string): string {
  return ["::", "0.0.0.0"].includes(address) ? "127.0.0.1" : address;
}

function post(body: string, options: RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(options, response => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("error", reject);
      response.once("end", () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`HTTP ${String(response.statusCode)}: ${text}`));
      });
    });
    sent.once("timeout", () => sent.destroy(new Error("no answer")));
    sent.once("error", reject);
    sent.end(body);
  });
}
