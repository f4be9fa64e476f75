/** What the keeper of certificates sees and changes of an installation. */
import type { KeyPair } from "../pki/key-pair";
import type { SignedPair } from "./authority";

/** What the Secret with the certificate holds. Texts are empty where there is no such key. */
export interface StoredPair extends KeyPair {
  ca: string;
  /** Made by the keeper, not given by a user or by cert-manager. */
  own: boolean;
  /** Name of the Certificate by which cert-manager fills the Secret, if it does. */
  certManagerName?: string;
  /** Values of the annotations that ask for a rotation, and say that it was done. */
  renew: string;
  renewed: string;
  /** When pairs were stored during the last hour, as far as the Secret records it. */
  rotations: Date[];
}

/** One of the two webhook configurations. All webhooks of ours in it are treated alike. */
export interface WebhookConfiguration {
  kind: "mutate" | "validate";
  /** Of each webhook of this installation that calls its Service. */
  webhooks: { caBundle: string; path: string }[];
  /** Names of webhooks of this installation that call something else: a URL, or another Service. */
  elsewhere: string[];
  /** cert-manager's injector looks after the caBundle. */
  injected: boolean;
}

/** All that planning looks at. */
export interface Observation {
  pair: StoredPair;
  /** Last part of the webhooks' paths, in Secret pepr-gmsa-api-path; empty before it was made. */
  apiPath: string;
  /** None where the keeper has no right to read them. */
  configurations: WebhookConfiguration[];
  /**
   * Where a person lets the API server trust the CA: that CA, whose texts are empty before it was
   * written. Undefined where the keeper makes CAs.
   */
  authority?: KeyPair;
}

/**
 * The installation in the cluster. Every call rejects if the API server refuses or does not
 * answer; writes reject as well if somebody else changed the object since it was last read.
 */
export interface Installation {
  observe(): Promise<Observation>;
  /** SHA-256 fingerprints of what the ready replicas serve; undefined for one without an answer. */
  servedFingerprints(): Promise<(string | undefined)[]>;
  /**
   * @param renewed the answer to the request that is there; empty if there is none.
   * @param rotations all of the last hour, this one included.
   */
  storePair(pair: SignedPair, renewed: string, rotations: readonly Date[]): Promise<void>;
  storeApiPath(apiPath: string): Promise<void>;
  /**
   * Sets what is given in every webhook of this installation that calls its Service, where it
   * differs.
   *
   * @returns whether anything differed.
   */
  updateWebhooks(change: WebhookChange): Promise<boolean>;
}

export interface WebhookChange {
  /** PEM. */
  caBundle?: string;
  apiPath: string;
}
