/**
 * Looking at a cluster with the rights that the user happens to have: what may not be read is
 * not known, and that is said; the rest is shown all the same.
 */
import { ApiException } from "@kubernetes/client-node";

import { asked } from "../api-failure";
import { Failure } from "../failure";

/** What the API server said, or a clause that says why that is not known. */
export type Answer<Value> = { known: true; value: Value } | { known: false; why: string };

/**
 * What a call to the API server answers. Missing rights and errors are answers as well.
 *
 * @param right what the call takes, as `kubectl auth can-i` does: "list nodes".
 * @param call rejects as calls of @kubernetes/client-node do, or with a Failure.
 */
export async function answerOf<Value>(
  right: string,
  call: () => Promise<Value>,
): Promise<Answer<Value>> {
  try {
    return { known: true, value: await call() };
  } catch (error) {
    if (isForbidden(error)) {
      return { known: false, why: `needs the right to ${right}` };
    }
    return { known: false, why: (await failureOf(error)).message };
  }
}

/** What a call answers; undefined if the API server says that there is no such object. */
export async function ifThere<Value>(call: Promise<Value>): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) {
      return undefined;
    }
    throw error;
  }
}

function isForbidden(error: unknown): boolean {
  const origin = error instanceof Failure ? error.cause : error;
  return origin instanceof ApiException && origin.code === 403;
}

/** @throws what is neither an answer nor a lost connection: a bug, whose origin helps. */
async function failureOf(error: unknown): Promise<Failure> {
  if (error instanceof Failure) {
    return error;
  }
  if (error instanceof TypeError || error instanceof ReferenceError) {
    throw error;
  }
  return asked(Promise.reject(error as Error)).catch((failure: unknown) => failure as Failure);
}
