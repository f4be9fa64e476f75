/**
 * Answers reviews with the handlers that Pepr registers with Express, but without Express: its routing,
 * middleware and sending take as long as everything else together. Bindings, matching and patches remain
 * Pepr's.
 */
import type { AnsweredReview } from "./review-answer";

/** The webhook that is called. */
export type Webhook = "mutate" | "validate";

/** A body that has been read and checked. */
export interface CheckedReview {
  request: object;
}

/** The part of Express's response that Pepr calls. */
interface Sending {
  send: (body: unknown) => void;
  status: (code: number) => Sending;
}

/** A handler of Pepr. It reads only the body of the request. */
export type PeprHandler = (request: { body: CheckedReview }, response: Sending) => unknown;

/** The part of an Express 5 application that contains its routes. */
interface Routed {
  router?: { stack?: { route?: { path?: unknown; stack?: { handle?: unknown }[] } }[] };
}

/**
 * Returns Pepr's handler of a webhook; undefined until Pepr has read its store.
 *
 * @param app the Express application that Pepr serves.
 */
export function peprHandler(app: unknown, webhook: Webhook): PeprHandler | undefined {
  const routes = (app as Routed).router?.stack ?? [];
  const found = routes.find(({ route }) => route?.path === `/${webhook}/:path`);
  const handle = found?.route?.stack?.[0]?.handle;
  return typeof handle === "function" ? (handle as PeprHandler) : undefined;
}

/**
 * Returns Pepr's answer to a review.
 *
 * @throws if Pepr does not answer: the review does not contain an object, or Pepr caught and logged an
 *   error.
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
