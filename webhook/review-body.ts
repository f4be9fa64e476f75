/** Reads the bodies of requests to the webhooks within limits, and checks them. */
import type { IncomingMessage, ServerResponse } from "node:http";

import { wrongField } from "./asked-review";
import { LARGEST_BODY, tooLarge, type HttpRefusal } from "./http-refusal";
import { wantedFields, type WantedFields } from "./json-fields";
import { JsonProjection, type JsonLimits, type JsonProblem } from "./json-projection";
import { KEPT_OF_ANY_KIND, KEPT_OF_REVIEW } from "./kept-fields";
import { LargeReviews } from "./large-reviews";
import type { CheckedReview, Webhook } from "./pepr-reviews";
import type { WarnedKind } from "../rules/workload/warned-kinds";

/**
 * The deadline for a body, in milliseconds, including the wait for a turn. What arrives later cannot be
 * checked before the API server gives up.
 */
export const BODY_DEADLINE_MS = 5000;

/** An AdmissionReview, a refusal, or the fact that the client has disconnected. */
export type ReceivedBody =
  | { outcome: "review"; webhook: Webhook; review: CheckedReview }
  | { outcome: "refused"; refusal: HttpRefusal }
  | { outcome: "gone" };

/**
 * Larger than etcd allows for a Pod before and after an update: 1.5 MiB each, which become up to six
 * times as much JSON, because Go escapes `<`, `>` and `&`.
 */
export const LIMITS: JsonLimits = { depth: 256, keptBytes: 20 * 1024 * 1024, keptValues: 100_000 };

/** Reviews with more bytes of kept fields than this wait for a turn. */
export const LARGE = 128 * 1024;
/** Reviews with more bytes than this wait for a turn too, because reading them alone takes long. */
export const LARGE_BODY = 1024 * 1024;

/** How reviews are received. Tests use shorter deadlines. */
export interface Reception {
  bodyDeadlineMs: number;
  turns: LargeReviews;
  asks: Asks;
}

/** The custom kinds, and the fields of a review that are read because of them. */
export interface Asks {
  kinds: readonly WarnedKind[];
  wanted: WantedFields;
}

/** Returns the fields of a review to read. @param kinds the custom kinds of the installation. */
export function asksFor(kinds: readonly WarnedKind[]): Asks {
  return { kinds, wanted: wantedFields(kinds.length === 0 ? KEPT_OF_REVIEW : KEPT_OF_ANY_KIND) };
}

/** Returns how a replica receives reviews. @param kinds the custom kinds of the installation. */
export function receptionOf(kinds: readonly WarnedKind[]): Reception {
  return {
    bodyDeadlineMs: BODY_DEADLINE_MS,
    turns: new LargeReviews(),
    asks: asksFor(kinds),
  };
}

/** Receives the body of a request and checks that it is an expected AdmissionReview. */
export async function receiveReview(
  request: IncomingMessage,
  response: ServerResponse,
  reception: Reception,
): Promise<ReceivedBody> {
  const body = await new BodyReader(request, response, reception).read();
  if (typeof body !== "string") return body;
  const webhook = request.url?.startsWith("/mutate/") === true ? "mutate" : "validate";
  return checkReview(webhook, body, reception.asks.kinds);
}

/**
 * Checks the text of a review. The refusal does not repeat any of it, because it may hold contents of a
 * Pod.
 */
function checkReview(webhook: Webhook, body: string, kinds: readonly WarnedKind[]): ReceivedBody {
  const review: unknown = JSON.parse(body);
  const field = wrongField(webhook, review, kinds);
  if (field === undefined) return { outcome: "review", webhook, review: review as CheckedReview };
  const where = field === "" ? "" : `: ${field} is missing or wrong`;
  return refused(400, `the body is not an AdmissionReview that this webhook asks for${where}`);
}

/** Reads one body, and stops as soon as it is refused. */
class BodyReader {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #reception: Reception;
  readonly #projection: JsonProjection;
  #length = 0;
  #isLarge = false;
  #isOver = false;

  constructor(request: IncomingMessage, response: ServerResponse, reception: Reception) {
    this.#request = request;
    this.#response = response;
    this.#reception = reception;
    this.#projection = new JsonProjection(reception.asks.wanted, LIMITS);
  }

  read(): Promise<string | ReceivedBody> {
    return new Promise(resolve => {
      const { bodyDeadlineMs } = this.#reception;
      const done = (result: string | ReceivedBody): void => {
        this.#isOver = true;
        clearTimeout(timer);
        this.#request.removeAllListeners("data");
        resolve(result);
      };
      const timer = setTimeout(() => {
        done(refused(408, `the body did not arrive within ${bodyDeadlineMs / 1000} s`));
      }, bodyDeadlineMs);
      this.#request.on("data", (chunk: Buffer) => {
        const refusal = this.#take(chunk);
        if (refusal === undefined) this.#waitIfLarge(done);
        else done({ outcome: "refused", refusal });
      });
      this.#request.once("end", () => {
        const text = this.#projection.end();
        done(typeof text === "string" ? text : { outcome: "refused", refusal: refusalFor(text) });
      });
      // The client has disconnected, or the parser has found invalid HTTP.
      for (const event of ["close", "error"]) {
        this.#request.once(event, () => {
          done({ outcome: "gone" });
        });
      }
    });
  }

  #take(chunk: Buffer): HttpRefusal | undefined {
    this.#length += chunk.length;
    if (this.#length > LARGEST_BODY) return tooLarge();
    const problem = this.#projection.write(chunk);
    return problem && refusalFor(problem);
  }

  #waitIfLarge(done: (result: ReceivedBody) => void): void {
    if (this.#isLarge) return;
    if (this.#projection.keptBytes <= LARGE && this.#length <= LARGE_BODY) return;
    this.#isLarge = true;
    this.#request.pause();
    void this.#reception.turns.turn().then(end => {
      if (end === undefined) {
        done(refused(503, "other large objects are being checked; try again"));
        return;
      }
      if (this.#isOver || this.#response.closed) {
        end();
        return;
      }
      // The memory is free once the response has been sent.
      this.#response.once("close", end);
      this.#request.resume();
    });
  }
}

function refusalFor({ reason, path }: JsonProblem): HttpRefusal {
  const field = path.length === 0 ? "the body" : path.join(".");
  switch (reason) {
    case "not JSON":
      return { status: 400, message: "the body is not JSON" };
    case "duplicate key":
      return { status: 400, message: `${field} comes twice` };
    case "too deep":
      return { status: 413, message: `${field} is nested more than ${LIMITS.depth} levels deep` };
    case "too many values":
      return {
        status: 413,
        message: `${field} is too large: the object has more than ${LIMITS.keptValues} values`,
      };
    case "too large":
      return {
        status: 413,
        message: `${field} is too large: more than ${LIMITS.keptBytes} bytes that are to be checked`,
      };
  }
}

function refused(status: number, message: string): ReceivedBody {
  return { outcome: "refused", refusal: { status, message } };
}
