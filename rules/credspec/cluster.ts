import type { Credspec } from "./contents";

/** A service account, as a Pod names it. */
export interface ServiceAccount {
  namespace: string;
  name: string;
}

/** What the cluster says of a credspec. */
export type CredspecLookup =
  | { outcome: "found"; credspec: Credspec }
  | { outcome: "absent" }
  | { outcome: "no credspec key" }
  | { outcome: "failed"; why: string };

/** What the cluster's authorizers say of a service account and a credspec. */
export type UseDecision =
  | { outcome: "allowed" }
  | { outcome: "denied"; reason: string }
  | { outcome: "failed"; why: string };

/**
 * All that admission asks of the cluster. No call rejects: what went wrong is an answer, so that
 * a refusal can say it.
 */
export interface Cluster {
  /**
   * The credspec of this name.
   *
   * @param options.fresh asks the API server even where a recent answer is remembered.
   */
  readCredspec(name: string, options?: { fresh?: boolean }): Promise<CredspecLookup>;

  /** Whether the service account may `use` the credspec, in the account's own namespace. */
  mayUse(serviceAccount: ServiceAccount, credspecName: string): Promise<UseDecision>;
}
