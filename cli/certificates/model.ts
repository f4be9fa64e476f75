/** The state of an installation's certificates for commands. */
import type { X509Certificate } from "node:crypto";

import type { Observation } from "../../certificates/installation";
import { isOurs } from "../../certificates/plan";
import type { Trust } from "../../certificates/settings";

/** A ready replica, and the certificate that it serves. */
export interface ReplicaCertificate {
  /** Name of its Pod. */
  pod: string;
  /** SHA-256, as in UsablePair. Undefined if the replica could not be reached. */
  fingerprint: string | undefined;
}

export interface CertificateInputs {
  observation: Observation;
  /** Name of the Secret with the pair. */
  secretName: string;
  replicas: ReplicaCertificate[];
  /** The CAs that make the pair trusted. Empty if they are not known. */
  anchors: X509Certificate[];
  /** Why the pair cannot be served or would not be accepted. Undefined if it would be. */
  refusal: string | undefined;
  now: Date;
}

/** A certificate for people. Dates are ISO 8601. */
export interface CertificateSummary {
  subject: string;
  issuer: string;
  names: string[];
  validFrom: string;
  validTo: string;
  /** Whole days. Negative after its end. */
  daysLeft: number;
  /** SHA-256. */
  fingerprint: string;
}

/** A CA that a webhook configuration trusts. */
export interface TrustedCa {
  subject: string;
  validTo: string;
  fingerprint: string;
  /** Whether the pair in use needs it. Other CAs are previous ones. */
  current: boolean;
  /** Whether it has expired, so that it makes nothing trusted. */
  ended: boolean;
}

export interface ConfigurationStatus {
  /** Such as "MutatingWebhookConfiguration/pepr-gmsa". */
  name: string;
  trustsCertificate: boolean;
  /** Whether every webhook calls the path that the replicas serve. */
  callsPath: boolean;
  /** Our webhooks in it that do not call our Service. */
  elsewhere: string[];
  trusted: TrustedCa[];
}

/** The CA that a person made trusted with `gmsa certs trust`. */
export interface AuthorityStatus {
  subject: string;
  validTo: string;
  daysLeft: number;
  fingerprint: string;
}

export interface ReplicaStatus {
  pod: string;
  serves: "this certificate" | "another certificate" | "not reachable";
  /** SHA-256 of the certificate that it serves. */
  fingerprint?: string;
}

/** The output of `gmsa certs status`. */
export interface CertificateStatus {
  /** May be true with warnings. */
  healthy: boolean;
  certificate?: CertificateSummary;
  source: Source;
  /** When the certificate controller renews it. Absent if it does not. */
  renewsAt?: string;
  /** The value of a renewal request that the certificate controller has not answered yet. */
  renewalAskedFor?: string;
  webhooks: ConfigurationStatus[];
  /** Whether the certificate controller or a person makes the API server trust the CA. */
  trust: Trust;
  /** Only with manual trust, and if a CA exists. */
  authority?: AuthorityStatus;
  /** The ready replicas. */
  replicas: ReplicaStatus[];
  findings: Finding[];
}

export interface Finding {
  /** An error: admission fails or is about to. A warning: it will fail unless somebody acts. */
  level: "warning" | "error";
  problem: string;
  /** What to do. */
  remedy: string;
}

/** Who manages the pair. */
export type Source = "keeper" | "given" | "cert-manager";

/**
 * "cert-manager" if it fills in the Secret or the webhooks' caBundle, otherwise as the certificate controller
 * sees it.
 */
export function sourceOf(observation: Observation): Source {
  const { pair, configurations } = observation;
  if (pair.certManagerName !== undefined || configurations.some(({ injected }) => injected)) {
    return "cert-manager";
  }
  return isOurs(observation) ? "keeper" : "given";
}

/** The manager of a certificate, in words. */
export const SOURCES = {
  keeper: "created and renewed by pepr-gmsa-certificates",
  given: "supplied by a user; not renewed automatically",
  "cert-manager": "cert-manager",
} as const;
