/**
 * Looking at a cluster with the rights that the user happens to have: what may not be read is
 * not known, and that is said; the rest is shown all the same.
 */
import { ApiException, VersionApi, type KubeConfig } from "@kubernetes/client-node";

import { describeFailure, isConnectionLoss } from "../../kube/api-error";
import { Failure, EXIT } from "../terminal/failure";
import { connectionFailure, describeCallFailure } from "./connection-failure";

/** What the API server said, or a clause that says why that is not known. */
export type Lookup<Value> =
  | { known: true; value: Value }
  | { known: false; why: string; isForbidden: boolean };

/**
 * What a call to the API server answers. Missing rights and errors are answers as well.
 *
 * @param right what the call takes, as `kubectl auth can-i` does: "list nodes".
 * @param call rejects as calls of @kubernetes/client-node do, or with a Failure.
 */
export async function lookUp<Value>(
  right: string,
  call: () => Promise<Value>,
): Promise<Lookup<Value>> {
  try {
    return { known: true, value: await againIfLost(call) };
  } catch (error) {
    if (error instanceof TypeError) {
      // A bug, whose origin helps.
      throw error;
    }
    if (codeOf(error) === 403) return { known: false, why: needsRight(right), isForbidden: true };
    const why = error instanceof Failure ? error.message : describeCallFailure(error);
    return { known: false, why, isForbidden: false };
  }
}

/** An API server on a busy machine closes connections that are in use; what only reads may ask again. */
async function againIfLost<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    if (!isConnectionLoss(error instanceof Failure ? error.cause : error)) throw error;
    return call();
  }
}

/** What a call answers; undefined if the API server says that there is no such object. */
export async function ifThere<Value>(call: Promise<Value>): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    if (codeOf(error) === 404) return undefined;
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

/**
 * The answer of a call to the API server.
 *
 * @throws Failure in place of what @kubernetes/client-node rejects with.
 */
export async function asked<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    const { message, remedy } =
      error instanceof ApiException ? answered(error) : connectionFailure(error);
    throw new Failure(message, remedy, EXIT.failed, { cause: error });
  }
}

function answered(error: ApiException<unknown>): { message: string; remedy: string } {
  const message = describeFailure(error);
  return { message, remedy: remedyFor(error.code, message) };
}

const NO_NAMESPACE = /namespaces "([^"]+)" not found/;

function remedyFor(code: number, message: string): string {
  const [, namespace] = NO_NAMESPACE.exec(message) ?? [];
  if (namespace !== undefined) {
    return `\`kubectl create namespace ${namespace}\` creates it; \`kubectl get namespaces\` lists the existing ones.`;
  }
  switch (code) {
    case 401:
      return "The cluster does not accept the credentials of this kubeconfig.";
    case 403:
      return "Ask for this right, or use a --context that has it.";
    case 404:
      return "Is GMSA for Kubernetes installed in this cluster? See gmsa explain install.";
    default:
      return "";
  }
}

/**
 * Asks for the version of the API server, which every user may: whether it is there at all is found
 * out once, before all the rest is asked.
 *
 * @returns such as "v1.36.3".
 * @throws Failure if it cannot be reached, or does not know the user.
 */
export async function reachable(kubeConfig: KubeConfig): Promise<string> {
  const { gitVersion } = await asked(kubeConfig.makeApiClient(VersionApi).getCode());
  return gitVersion;
}
