/**
 * Reads a cluster with the rights of the user. A part that may not be read is reported as unknown, and the
 * rest is shown anyway.
 */
import { ApiException, VersionApi, type KubeConfig } from "@kubernetes/client-node";

import { describeFailure, isConnectionLoss, missingNamespace } from "../../kube/api-error";
import { Failure, EXIT } from "../terminal/failure";
import { connectionFailure, describeCallFailure } from "./connection-failure";

/** Why something could not be read. */
export interface Unread {
  /** A clause. */
  why: string;
  /** Whether the user lacks a right. */
  isForbidden: boolean;
}

/** The API server's answer, or why it is not known. */
export type Lookup<Value> = { known: true; value: Value } | ({ known: false } & Unread);

/**
 * The answer of a call to the API server. Missing rights and errors are answers as well.
 *
 * @param right the right that the call needs, as for `kubectl auth can-i`: "list nodes".
 * @param call rejects like calls of @kubernetes/client-node, or with a Failure.
 */
export async function lookUp<Value>(
  right: string,
  call: () => Promise<Value>,
): Promise<Lookup<Value>> {
  try {
    return { known: true, value: await againIfLost(call) };
  } catch (error) {
    if (error instanceof TypeError) {
      // A bug, so keep its stack trace.
      throw error;
    }
    if (codeOf(error) === 403) return { known: false, ...needsRight(right) };
    const why = error instanceof Failure ? error.message : describeCallFailure(error);
    return { known: false, why, isForbidden: false };
  }
}

/** Retries once after a lost connection: a busy API server may close connections in use. Only for reads. */
async function againIfLost<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    if (!isConnectionLoss(error instanceof Failure ? error.cause : error)) throw error;
    return call();
  }
}

/** The answer of a call. Undefined if the API server reports that the object does not exist. */
export async function ifThere<Value>(call: Promise<Value>): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    if (codeOf(error) === 404) return undefined;
    throw error;
  }
}

/** The reason for a part that is unknown because of a missing right. */
export function needsRight(right: string): Unread {
  return { why: `needs the right to ${right}`, isForbidden: true };
}

/** The reasons that differ, in their order. */
export function distinctReasons(reasons: readonly Unread[]): Unread[] {
  return [...new Map(reasons.map(reason => [reason.why, reason])).values()];
}

/** HTTP status of an error answer. Undefined if there was no answer. */
function codeOf(error: unknown): number | undefined {
  const origin = error instanceof Failure ? error.cause : error;
  return origin instanceof ApiException ? origin.code : undefined;
}

/**
 * The answer of a call to the API server.
 *
 * @throws Failure instead of the error of @kubernetes/client-node.
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
  return { message: describeFailure(error), remedy: remedyFor(error) };
}

function remedyFor(error: ApiException<unknown>): string {
  const namespace = missingNamespace(error);
  if (namespace !== undefined) {
    return `Run \`kubectl create namespace ${namespace}\` to create it, or \`kubectl get namespaces\` to list the existing ones.`;
  }
  switch (error.code) {
    case 401:
      return "The cluster does not accept the credentials of this kubeconfig.";
    case 403:
      return "Ask for this right, or use a --context that has it.";
    case 404:
      return "Is GMSA for Kubernetes installed in this cluster? See `gmsa explain install`.";
    default:
      return "";
  }
}

/**
 * Reads the version of the API server, which every user may. Called first, to find out once whether the
 * cluster can be reached.
 *
 * @returns such as "v1.36.3".
 * @throws Failure if the cluster cannot be reached, or does not know the user.
 */
export async function reachable(kubeConfig: KubeConfig): Promise<string> {
  const { gitVersion } = await asked(kubeConfig.makeApiClient(VersionApi).getCode());
  return gitVersion;
}
