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
}

/** One of the two webhook configurations. All its webhooks are treated alike. */
export interface WebhookConfiguration {
  kind: "mutate" | "validate";
  /** Of each webhook. */
  webhooks: { caBundle: string; path: string }[];
  /** cert-manager's injector looks after the caBundle. */
  injected: boolean;
}

/** All that planning looks at. */
export interface Observation {
  pair: StoredPair;
  /** Last part of the webhooks' paths, in Secret pepr-gmsa-api-path; empty before it was made. */
  apiPath: string;
  configurations: WebhookConfiguration[];
}

/**
 * The installation in the cluster. Every call rejects if the API server refuses or does not
 * answer; writes reject as well if somebody else changed the object since it was last read.
 */
export interface Installation {
  observe(): Promise<Observation>;
  /** SHA-256 fingerprints of what the ready replicas serve; undefined for one without an answer. */
  servedFingerprints(): Promise<(string | undefined)[]>;
  storePair(pair: SignedPair, renewed: string): Promise<void>;
  storeApiPath(apiPath: string): Promise<void>;
  /** Sets what is given in every webhook of both configurations, where it differs. */
  updateWebhooks(change: WebhookChange): Promise<void>;
}

export interface WebhookChange {
  /** PEM. */
  caBundle?: string;
  apiPath: string;
}
