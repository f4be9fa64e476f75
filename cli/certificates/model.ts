/** What the commands see of an installation's certificates. */
import type { X509Certificate } from "node:crypto";

import type { Observation } from "../../certificates/installation";
import { isOurs } from "../../certificates/plan";
import type { Trust } from "../../certificates/settings";

/** A ready replica, and what it serves. */
export interface ReplicaCertificate {
  /** Of its Pod. */
  pod: string;
  /** SHA-256, as in UsablePair; undefined if it could not be reached from here. */
  fingerprint: string | undefined;
}

/** All that is looked at. */
export interface CertificateInputs {
  observation: Observation;
  /** Where the pair is. */
  secretName: string;
  replicas: ReplicaCertificate[];
  /** What has to be trusted so that the pair is; empty if that cannot be told. */
  anchors: X509Certificate[];
  /** Why the pair cannot be served, or would not be accepted; undefined if it would. */
  refusal: string | undefined;
  now: Date;
}

/** A certificate, as people look at it. Dates are ISO 8601. */
export interface CertificateSummary {
  subject: string;
  issuer: string;
  names: string[];
  validFrom: string;
  validTo: string;
  /** Whole days; negative after its end. */
  daysLeft: number;
  /** SHA-256. */
  fingerprint: string;
}

/** A CA that a webhook configuration trusts. */
export interface TrustedCa {
  subject: string;
  validTo: string;
  fingerprint: string;
  /** It is that of the pair in use; others are left from before. */
  current: boolean;
  /** It has ended: nothing is trusted by it. */
  ended: boolean;
}

export interface ConfigurationStatus {
  /** Such as "MutatingWebhookConfiguration/pepr-gmsa". */
  name: string;
  trustsCertificate: boolean;
  /** Every webhook calls the path that the replicas serve. */
  callsPath: boolean;
  /** Webhooks of ours in it that call something else than our Service. */
  elsewhere: string[];
  trusted: TrustedCa[];
}

/** The CA that a person has let the API server trust with `gmsa certs trust`. */
export interface AuthorityStatus {
  subject: string;
  validTo: string;
  daysLeft: number;
  fingerprint: string;
}

export interface ReplicaStatus {
  pod: string;
  serves: "this certificate" | "another certificate" | "not reachable";
  /** SHA-256 of what it serves. */
  fingerprint?: string;
}

/** What `gmsa certs status` prints. */
export interface CertificateStatus {
  /** There may be warnings. */
  healthy: boolean;
  certificate?: CertificateSummary;
  source: Source;
  /** When the keeper renews it; absent if that is somebody else's work. */
  renewsAt?: string;
  /** A renewal was asked for, and the keeper has not answered yet. */
  renewalAskedFor?: string;
  webhooks: ConfigurationStatus[];
  /** Who lets the API server trust the CA. */
  trust: Trust;
  /** With manual trust, unless no CA was written yet. */
  authority?: AuthorityStatus;
  /** Those that are ready. */
  replicas: ReplicaStatus[];
  findings: Finding[];
}

export interface Finding {
  /** An error: admission fails, or is about to. A warning: it will, unless somebody acts. */
  level: "warning" | "error";
  problem: string;
  /** What to do. */
  remedy: string;
}

/** Who looks after the pair. */
export type Source = "keeper" | "given" | "cert-manager";

/** cert-manager where it fills the Secret or the webhooks' caBundle, else as the keeper sees it. */
export function sourceOf(observation: Observation): Source {
  const { pair, configurations } = observation;
  if (pair.certManagerName !== undefined || configurations.some(({ injected }) => injected)) {
    return "cert-manager";
  }
  return isOurs(observation) ? "keeper" : "given";
}

/** Who looks after a certificate, in words. */
export const SOURCES = {
  keeper: "created and renewed by pepr-gmsa-certificates",
  given: "supplied by a user; not renewed automatically",
  "cert-manager": "cert-manager",
} as const;
