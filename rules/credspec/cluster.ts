import type { Credspec } from "./contents";

/** A service account that a Pod runs as. */
export interface ServiceAccount {
  namespace: string;
  name: string;
}

/** A call to the API server that failed. */
export interface ClusterFailure {
  /** A clause for people, with the message of the API server if it answered. */
  why: string;
  /** The HTTP status of the API server's answer. Omitted if there was no answer. */
  code?: number;
}

/** The result of a lookup of a credential spec. */
export type CredspecLookup =
  | { outcome: "found"; credspec: Credspec }
  | { outcome: "absent" }
  | { outcome: "no credspec key" }
  | ({ outcome: "failed" } & ClusterFailure);

/** The decision of the cluster's authorizers on whether a service account may use a credential spec. */
export type UseDecision =
  | { outcome: "allowed" }
  | { outcome: "denied"; reason: string }
  | ({ outcome: "failed" } & ClusterFailure);

/**
 * All questions that admission asks the cluster. The calls never reject: an error is an answer, so that
 * a refusal can report it.
 */
export interface Cluster {
  /**
   * Reads the credential spec of this name.
   *
   * @param options.fresh asks the API server even if a recent answer is cached.
   */
  readCredspec(name: string, options?: { fresh?: boolean }): Promise<CredspecLookup>;

  /** Whether the service account may `use` the credential spec, in the account's own namespace. */
  mayUse(serviceAccount: ServiceAccount, credspecName: string): Promise<UseDecision>;
}
