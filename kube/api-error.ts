/** Describes errors of calls to the API server. */
import { ApiException } from "@kubernetes/client-node";

import type { ClusterFailure } from "../rules/credspec/cluster";

const CONNECTION_LOSS = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

/** The reason for a failure if a kind has no CRD. */
export const NOT_SERVED = "the API server does not serve this resource: its CRD is not installed";

/** Whether the connection broke before there was an answer. */
export function isConnectionLoss(error: unknown): boolean {
  return error instanceof Error && "code" in error && CONNECTION_LOSS.has(String(error.code));
}

/** Whether the API server has answered, even with an error. */
export function gotAnswer(error: unknown): boolean {
  return error instanceof ApiException;
}

/** Whether the API server reports that the object does not exist, as opposed to the API. */
export function isNotFound(error: unknown): boolean {
  if (!(error instanceof ApiException) || error.code !== 404) return false;
  const status = statusOf(error.body);
  return status?.reason === "NotFound" && typeof status.details?.name === "string";
}

/** The namespace of an object that the API server does not find; undefined for other errors. */
export function missingNamespace(error: unknown): string | undefined {
  if (!isNotFound(error)) return undefined;
  const { kind, name } = statusOf((error as ApiException<unknown>).body)?.details ?? {};
  return kind === "namespaces" ? name : undefined;
}

/**
 * Describes an error as a clause, without any contents of a Pod.
 *
 * @param error the rejection of a call of @kubernetes/client-node: an ApiException for an error
 *   response, an AbortError after the deadline, or a FetchError if there was no response.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof ApiException) {
    const message = statusOf(error.body)?.message;
    if (error.code === 404 && message === undefined) {
      return NOT_SERVED;
    }
    return `the API server answered ${error.code}${message === undefined ? "" : `: ${message}`}`;
  }
  if (error instanceof Error && error.name === "AbortError") {
    return "the API server did not answer in time";
  }
  return `the API server could not be reached: ${error instanceof Error ? error.message : String(error)}`;
}

/** The same as data: the clause, and the HTTP status if the API server answered. */
export function failureOf(error: unknown): ClusterFailure {
  const why = describeFailure(error);
  return error instanceof ApiException ? { why, code: error.code } : { why };
}

interface Status {
  reason?: string;
  message?: string;
  details?: { name?: string; kind?: string };
}

/** Bodies of errors are texts, or decoded values if the API declares them. */
function statusOf(body: unknown): Status | undefined {
  let value = body;
  if (typeof body === "string") {
    try {
      value = JSON.parse(body);
    } catch {
      return undefined;
    }
  }
  return typeof value === "object" && value !== null ? value : undefined;
}
