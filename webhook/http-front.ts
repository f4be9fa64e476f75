/**
 * Runs in front of Pepr's HTTPS server: handles readiness, certificates and graceful shutdown, and
 * refuses invalid requests. Pepr reads a body before it checks the path, and for a body that it cannot
 * parse, Express responds with a stack trace and logs part of the body.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import { ANSWER_MS, answerBy } from "../capabilities/answer-time";
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
 * http.Transport, IdleConnTimeout), but Node closes it after 5. A request that meets the closing
 * connection fails, and with it the user's request. So the server must outlast the client.
 */
export const KEEP_ALIVE_MS = 120_000;
/** The drain ends when there has been no admission request for this long. */
export const QUIET_MS = 3000;
/** The drain ends after this long at the latest. It must be shorter than the Pod's grace period. */
const LONGEST_DRAIN_MS = 30_000;
/**
 * Milliseconds to receive the headers of a request. Node checks every 30 s. Idle connections whose
 * responses were sent are not affected.
 */
const HEADERS_DEADLINE_MS = 10_000;
/** Milliseconds between two checks whether Pepr has read its store. */
const SERVING_POLL_MS = 50;

/** How requests are received. Tests use shorter deadlines. */
export interface FrontSettings {
  /** Only tests set this. */
  headersDeadlineMs?: number;
  /** Only tests set this. */
  answerMs?: number;
  reception: Reception;
}

const REQUEST_START = "http.server.request.start";

/** The status for a caller that does not know the path, or does not have an accepted certificate. */
const STRANGERS = [401, 403];

const TOO_BUSY = { status: 503, message: "too busy to check this in time; try again" };

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface RequestStart {
  server: Server | HttpsServer;
  request: IncomingMessage;
  response: ServerResponse;
}

/**
 * Pepr does not expose its server. Node's diagnostics channel passes it with the first request, before
 * that request is handled and early enough for its own connection. The kubelet's probes ensure that
 * there is one soon.
 */
export class Front {
  /** Called for each request from a caller that is not allowed. */
  onStranger: () => void = () => undefined;
  /** The callers that the webhooks answer; none until they are configured. */
  readonly callers: Callers = { paths: [], clients: undefined };
  /** Set until the replica is ready. */
  rehearsal: Rehearsal | undefined;
  readonly #rehearsed = rehearsalSurroundings();
  /** Undefined if only Pepr knows the pair. */
  #pair: KeyPair | undefined;
  readonly #readiness: Readiness;
  readonly #settings: FrontSettings;
  /** Each server with Pepr's Express application. */
  readonly #servers = new Map<Server | HttpsServer, Handler>();
  readonly #open = new Set<ServerResponse>();
  #lastAdmission = 0;

  constructor(readiness: Readiness, settings: FrontSettings) {
    this.#readiness = readiness;
    this.#settings = settings;
  }

  /**
   * Handles every HTTP server of this process. Call it once, before the first request.
   *
   * @returns a function that uninstalls it, which only tests need.
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

  /** Returns the address of the webhooks, once Pepr serves them. */
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
   * Serves this certificate, and requests those of callers, on new connections. Existing connections are
   * not affected.
   */
  useCertificate(pair: KeyPair): void {
    this.#pair = pair;
    for (const server of this.#servers.keys()) this.#secure(server, pair);
  }

  /** Sets the CA for client certificates, in PEM, if they are required. */
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
   * Resolves when the process can exit without losing an admission request. Until then it still answers,
   * on new connections too, and each response asks the API server to close the connection, so that its
   * next request goes to another replica.
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

  /** Passes probes and AdmissionReviews to Pepr, and refuses everything else. */
  async #pass(request: IncomingMessage, response: ServerResponse, app: Handler): Promise<void> {
    const isRehearsal = this.rehearsal?.isPart(request) === true;
    const refusal = isRehearsal ? undefined : refusalOf(request, this.callers);
    if (refusal !== undefined) {
      // GET is not counted: the certificate controller uses it to check whether the next path is known.
      const isCall = request.method === "POST";
      if (isCall && STRANGERS.includes(refusal.status)) this.onStranger();
      refuse(request, response, refusal);
    } else if (isProbe(request.url)) {
      this.#probe(request, response, app);
    } else {
      await this.#receive(request, response, { app, isRehearsal });
    }
  }

  async #receive(
    request: IncomingMessage,
    response: ServerResponse,
    { app, isRehearsal }: { app: Handler; isRehearsal: boolean },
  ): Promise<void> {
    const due = performance.now() + (this.#settings.answerMs ?? ANSWER_MS);
    const body = await receiveReview(request, response, this.#settings.reception);
    if (body.outcome === "gone") return;
    if (body.outcome === "refused") {
      refuse(request, response, body.refusal);
    } else if (performance.now() >= due) {
      // The thread was busy. The API server still gets an answer that is sent now.
      refuse(request, response, TOO_BUSY);
    } else {
      answerBy(body.review.request, due);
      if (isRehearsal) rehearse(body.review.request, this.#rehearsed);
      await this.#review(response, app, body);
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
      // Pepr has logged the reason.
      answer(response, { status: 500, type: "text/plain", text: "Internal Server Error" });
    }
  }

  #probe(request: IncomingMessage, response: ServerResponse, app: Handler): void {
    if (request.url === "/readyz") {
      if (this.#stepsBack(response)) return;
      // Pepr answers this path only after it has read its store and serves the webhooks.
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
