/** The part of an installation that the certificate controller reads and changes. */
import type { KeyPair } from "../pki/key-pair";
import type { SignedPair } from "./authority";

/**
 * The contents of the Secret with the certificate. Texts are empty if the Secret does not have the key.
 */
export interface StoredPair extends KeyPair {
  ca: string;
  /** Whether the certificate controller created it, and not a user or cert-manager. */
  own: boolean;
  /** The name of the Certificate with which cert-manager fills in the Secret, if it does. */
  certManagerName?: string;
  /** The values of the annotations that request a rotation and confirm it. */
  renew: string;
  renewed: string;
  /** The times at which pairs were stored during the last hour, as recorded in the Secret. */
  rotations: Date[];
}

/** One of the two webhook configurations. All webhooks of this project in it are treated the same. */
export interface WebhookConfiguration {
  kind: "mutate" | "validate";
  /** The webhooks of this installation that call its Service. */
  webhooks: { caBundle: string; path: string }[];
  /** The names of webhooks of this installation that call something else: a URL or another Service. */
  elsewhere: string[];
  /** Whether cert-manager's injector maintains the caBundle. */
  injected: boolean;
}

/** The state of the installation that plans are based on. */
export interface Observation {
  pair: StoredPair;
  /** The last part of the webhooks' paths, in Secret pepr-gmsa-api-path; empty before it is created. */
  apiPath: string;
  /** Empty if the certificate controller does not have the right to read them. */
  configurations: WebhookConfiguration[];
  /**
   * Set if a user configures the API server to trust the CA. Its texts are empty before it is written.
   * Undefined if the certificate controller creates CAs.
   */
  authority?: KeyPair;
}

/**
 * An installation in a cluster. Every call rejects if the API server refuses or does not answer. Writes
 * also reject if another client changed the object after it was last read.
 */
export interface Installation {
  observe(): Promise<Observation>;
  /**
   * Returns the SHA-256 fingerprints of the certificates that the ready replicas serve; undefined for a
   * replica that does not answer.
   */
  servedFingerprints(): Promise<(string | undefined)[]>;
  /**
   * @param renewed the answer to the current request; empty if there is none.
   * @param rotations all rotations of the last hour, including this one.
   */
  storePair(pair: SignedPair, renewed: string, rotations: readonly Date[]): Promise<void>;
  storeApiPath(apiPath: string): Promise<void>;
  /**
   * Sets the given values in every webhook of this installation that calls its Service, where they
   * differ.
   *
   * @returns whether any of them differed.
   */
  updateWebhooks(change: WebhookChange): Promise<boolean>;
}

export interface WebhookChange {
  /** PEM. */
  caBundle?: string;
  apiPath: string;
}
