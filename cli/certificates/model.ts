/** What the verbs see and change of an installation's certificates. */
import type { SignedPair } from "../../certificates/authority";
import type { Observation } from "../../certificates/installation";

/** A ready replica, and what it serves. */
export interface ReplicaCertificate {
  /** Of its Pod. */
  pod: string;
  /** SHA-256, as in UsablePair; undefined if it could not be reached from here. */
  fingerprint: string | undefined;
}

/** Every call rejects with a Failure that says what the API server answered. */
export interface CertificatesInCluster {
  /** Of the Secret that the replicas serve from. */
  readonly secretName: string;
  /** Milliseconds for which an old CA stays trusted; undefined if that cannot be read. */
  readonly trustOldMs: number | undefined;
  observe(): Promise<Observation>;
  /** The replicas that are ready. */
  replicas(): Promise<ReplicaCertificate[]>;
  /** @param value to be answered by the keeper, which sets `renewed` to it. */
  askToRenew(value: string): Promise<void>;
  /** Lets the pair's CA be trusted as well, and puts the pair into the Secret, as the user's. */
  give(pair: SignedPair): Promise<void>;
  /** Lets the keeper replace the user's pair by one of its own. */
  takeBack(value: string): Promise<void>;
}
