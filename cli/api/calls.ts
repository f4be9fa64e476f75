/**
 * Looking at a cluster with the rights that the user happens to have: what may not be read is
 * not known, and that is said; the rest is shown all the same.
 */
import { ApiException } from "@kubernetes/client-node";

import { describeFailure } from "../../kube/api-error";
import { Failure } from "../terminal/failure";

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
    if (error instanceof TypeError) {
      // A bug, whose origin helps.
      throw error;
    }
    if (codeOf(error) === 403) {
      return { known: false, why: needsRight(right) };
    }
    return {
      known: false,
      why: error instanceof Failure ? error.message : describeFailure(error),
    };
  }
}

/** What a call answers; undefined if the API server says that there is no such object. */
export async function ifThere<Value>(call: Promise<Value>): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    if (codeOf(error) === 404) {
      return undefined;
    }
    throw error;
  }
}

/** Why something is not known to a user without this right. */
export function needsRight(right: string): string {
  return `needs the right to ${right}`;
}

/** HTTP status of an answer that is an error; undefined if there was no answer. */
function codeOf(error: unknown): number | undefined {
  const origin = error instanceof Failure ? error.cause : error;
  return origin instanceof ApiException ? origin.code : undefined;
}
