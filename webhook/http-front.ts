/**
 * Stands in front of Pepr's HTTPS server: readiness, certificates, an end without losses, and
 * what must not reach it. Pepr reads a body before it looks at the path, and Express answers what
 * it cannot read with a stack trace and writes it to the log with a part of the body.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import { rehearse } from "../capabilities/surroundings";
import { isProbe, refusalOf, type Callers } from "./http-refusal";
import type { KeyPair } from "../pki/key-pair";
import type { Readiness } from "./readiness";
import type { Rehearsal } from "./rehearsal";
import { rehearsalSurroundings } from "./rehearsal-reviews";
import { askPepr, peprHandler, type CheckedReview, type Webhook } from "./pepr-reviews";
import { completeReview } from "./review-answer";
import { receiveReview, type Reception } from "./review-body";
import { answer, refuse, refuseUnread } from "./http-answer";

/**
 * The API server reuses a connection to a webhook for 90 seconds after its last use (Go's
 * http.Transport, IdleConnTimeout); Node closes it after 5. A request that meets the closing
 * connection fails, and the user's create with it. So the server must wait for the client.
 */
export const KEEP_ALIVE_MS = 120_000;
/** The end comes when no admission has been asked for this long. */
export const QUIET_MS = 3000;
/** The end comes at the latest after this; below the Pod's grace period. */
const LONGEST_DRAIN_MS = 30_000;
/**
 * Milliseconds for the headers of a request, on a connection that is new or in use. Node looks
 * every 30 s; an idle connection that has had its answers is none of this.
 */
const HEADERS_DEADLINE_MS = 10_000;
/** Milliseconds between two looks whether Pepr has read its store. */
const SERVING_POLL_MS = 50;

/** How clients are received; in a test they have less time. */
export interface FrontSettings {
  /** Unless it is a test. */
  headersDeadlineMs?: number;
  reception: Reception;
}

const REQUEST_START = "http.server.request.start";

/** Whoever calls a webhook does not know its path, or has no certificate that is accepted. */
const STRANGERS = [401, 403];

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface RequestStart {
  server: Server | HttpsServer;
  request: IncomingMessage;
  response: ServerResponse;
}

/**
 * Pepr keeps its server to itself. Node's diagnostics channel names it with the first request,
 * before that request is handled and early enough for its own connection; the kubelet's probes
 * see to it that there is one at once.
 */
export class Front {
  /** Called for each call by one who may not. */
  onStranger: () => void = () => undefined;
  /** Whom the webhooks answer; nobody, until it is known who may. */
  readonly callers: Callers = { paths: [], clients: undefined };
  /** Until it is ready. */
  rehearsal: Rehearsal | undefined;
  readonly #rehearsed = rehearsalSurroundings();
  /** Undefined where Pepr alone knows it. */
  #pair: KeyPair | undefined;
  readonly #readiness: Readiness;
  readonly #settings: FrontSettings;
  /** Each with Pepr's application of Express. */
  readonly #servers = new Map<Server | HttpsServer, Handler>();
  readonly #open = new Set<ServerResponse>();
  #lastAdmission = 0;

  constructor(readiness: Readiness, settings: FrontSettings) {
    this.#readiness = readiness;
    this.#settings = settings;
  }

  /**
   * Takes every HTTP server of this process. To be called once, before the first request.
   *
   * @returns what takes no more of them; a process of its own needs it never.
   */
  install(): () => void {
    const take = (message: unknown): void => {
      const { server, request, response } = message as RequestStart;
      if (!this.#servers.has(server)) {
        this.#adopt(server);
      }
      this.#begin(request, response);
    };
    subscribe(REQUEST_START, take);
    return () => {
      unsubscribe(REQUEST_START, take);
    };
  }

  /** Where Pepr serves the webhooks, once it does. */
  async untilServing(): Promise<AddressInfo> {
    for (;;) {
      for (const [server, app] of this.#servers) {
        const address = server.address();
        const isServed = peprHandler(app, "mutate") !== undefined;
        if (isServed && typeof address === "object" && address !== null) return address;
      }
      await sleep(SERVING_POLL_MS);
    }
  }

  /**
   * Serves this certificate, and asks for those of callers, on connections made from now on; those that
   * are there go on.
   */
  useCertificate(pair: KeyPair): void {
    this.#pair = pair;
    for (const server of this.#servers.keys()) this.#secure(server, pair);
  }

  /** Takes another CA for the certificates of callers, if they need one; PEM. */
  trustClients(ca: string): void {
    const isNew = this.callers.clients?.trust(ca) === true;
    if (isNew && this.#pair !== undefined) this.useCertificate(this.#pair);
  }

  #secure(server: Server | HttpsServer, pair: KeyPair): void {
    const { clients } = this.callers;
    if (clients !== undefined) {
      clients.askFor(server, pair);
    } else if ("setSecureContext" in server) {
      server.setSecureContext({ cert: pair.certificate, key: pair.key });
    }
  }

  /**
   * Resolves when the process may end without any admission being lost. Until then it goes on
   * answering, on new connections too, and asks the API server with each answer to close the
   * connection: the next one goes to another replica.
   */
  async drain(): Promise<void> {
    this.#readiness.draining = true;
    for (const response of this.#open) {
      response.shouldKeepAlive = false;
    }
    const start = performance.now();
    this.#lastAdmission = start;
    while (performance.now() - start < LONGEST_DRAIN_MS) {
      await sleep(100);
      if (this.#open.size === 0 && performance.now() - this.#lastAdmission >= QUIET_MS) return;
    }
  }

  #adopt(server: Server | HttpsServer): void {
    if (this.#pair !== undefined) this.#secure(server, this.#pair);
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.headersTimeout = this.#settings.headersDeadlineMs ?? HEADERS_DEADLINE_MS;
    server.on("clientError", (error, socket) => {
      refuseUnread(error, socket, this.#isAnswering(socket));
    });
    const [app] = server.listeners("request") as [Handler];
    this.#servers.set(server, app);
    server.removeAllListeners("request");
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void this.#pass(request, response, app);
    });
  }

  /** Lets Pepr handle what is a probe or an AdmissionReview, and answers everything else. */
  async #pass(request: IncomingMessage, response: ServerResponse, app: Handler): Promise<void> {
    const isRehearsal = this.rehearsal?.isPart(request) === true;
    const refusal = isRehearsal ? undefined : refusalOf(request, this.callers);
    if (refusal !== undefined) {
      // A GET may be what replaces the path: it asks whether the next one is known.
      const isCall = request.method === "POST";
      if (isCall && STRANGERS.includes(refusal.status)) this.onStranger();
      refuse(request, response, refusal);
    } else if (isProbe(request.url)) {
      this.#probe(request, response, app);
    } else {
      const body = await receiveReview(request, response, this.#settings.reception);
      if (body.outcome === "refused") {
        refuse(request, response, body.refusal);
      } else if (body.outcome === "review") {
        if (isRehearsal) rehearse(body.review.request, this.#rehearsed);
        await this.#review(response, app, body);
      }
    }
  }

  async #review(
    response: ServerResponse,
    app: Handler,
    { webhook, review }: { webhook: Webhook; review: CheckedReview },
  ): Promise<void> {
    const handle = peprHandler(app, webhook);
    if (handle === undefined) {
      answer(response, { status: 503, type: "text/plain", text: "Pepr has not read its store\n" });
      return;
    }
    try {
      const answered = await askPepr(handle, review);
      completeReview(answered);
      answer(response, { status: 200, type: "application/json", text: JSON.stringify(answered) });
    } catch {
      // Pepr has logged why.
      answer(response, { status: 500, type: "text/plain", text: "Internal Server Error" });
    }
  }

  #probe(request: IncomingMessage, response: ServerResponse, app: Handler): void {
    if (request.url === "/readyz") {
      if (this.#stepsBack(response)) return;
      // Pepr answers this only once it has read its store and serves the webhooks.
      request.url = "/healthz";
    }
    app(request, response);
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    if (!isProbe(request.url)) {
      this.#lastAdmission = performance.now();
    }
    if (this.#readiness.draining) {
      response.shouldKeepAlive = false;
    }
    this.#open.add(response);
    response.once("close", () => {
      this.#open.delete(response);
    });
  }

  #isAnswering(socket: Duplex): boolean {
    return [...this.#open].some(open => open.socket === socket && open.headersSent);
  }

  #stepsBack(response: ServerResponse): boolean {
    const reasons = this.#readiness.reasons(performance.now(), new Date());
    if (reasons.length === 0) return false;
    answer(response, { status: 503, type: "text/plain", text: `${reasons.join("\n")}\n` });
    return true;
  }
}
