/**
 * Reviews, answered by the handlers that Pepr gives to Express, and without Express: routing, middleware
 * and sending take as long as everything else together. The bindings, their choice and the patch
 * remain Pepr's.
 */
import type { AnsweredReview } from "./review-answer";

/** Which of the two webhooks is called. */
export type Webhook = "mutate" | "validate";

/** A body that was read and is an AdmissionReview. */
export interface CheckedReview {
  request: object;
}

/** What Pepr calls of Express' response. */
interface Sending {
  send: (body: unknown) => void;
  status: (code: number) => Sending;
}

/** As Pepr makes it: of the request it reads the body alone. */
export type PeprHandler = (request: { body: CheckedReview }, response: Sending) => unknown;

/** The parts of an application of Express 5 in which its routes are. */
interface Routed {
  router?: { stack?: { route?: { path?: unknown; stack?: { handle?: unknown }[] } }[] };
}

/**
 * Pepr's handler of a webhook; undefined until Pepr has read its store.
 *
 * @param app the application of Express that Pepr serves.
 */
export function peprHandler(app: unknown, webhook: Webhook): PeprHandler | undefined {
  const routes = (app as Routed).router?.stack ?? [];
  const found = routes.find(({ route }) => route?.path === `/${webhook}/:path`);
  const handle = found?.route?.stack?.[0]?.handle;
  return typeof handle === "function" ? (handle as PeprHandler) : undefined;
}

/**
 * Pepr's answer to a review.
 *
 * @throws if Pepr has no answer: the review names no object, or an error was caught and logged.
 */
export function askPepr(handle: PeprHandler, review: CheckedReview): Promise<AnsweredReview> {
  return new Promise((resolve, reject) => {
    const response: Sending = {
      send: body => {
        resolve(body as AnsweredReview);
      },
      status: code => ({
        ...response,
        send: text => {
          reject(new Error(`Pepr answers ${code}: ${String(text)}`));
        },
      }),
    };
    handle({ body: review }, response);
  });
}
