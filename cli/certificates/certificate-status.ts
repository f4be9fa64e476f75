/** Pure: the state of an installation's certificates, and its problems. */
import { X509Certificate } from "node:crypto";

import type { Observation, WebhookConfiguration } from "../../certificates/installation";
import { renewalDate } from "../../certificates/plan";
import { isAskedFor } from "../../certificates/rotation-limit";
import { NAME } from "../../kube/installation-names";
import { MS_PER_DAY } from "../../pki/key-pair";
import { certificatesIn, includes, union, withoutEnded } from "../../pki/trust-bundle";
import { findingsOf, onOneLine } from "./findings";
import {
  sourceOf,
  type CertificateInputs,
  type CertificateStatus,
  type CertificateSummary,
  type ConfigurationStatus,
  type ReplicaCertificate,
  type ReplicaStatus,
} from "./model";

/** Combines the facts and the findings. */
export function statusOf(inputs: CertificateInputs): CertificateStatus {
  const { observation, now, anchors } = inputs;
  const { pair } = observation;
  const leaf = certificatesIn(pair.certificate)[0];
  const source = sourceOf(observation);
  const isKeepers = source === "keeper";
  const status = {
    ...(leaf && { certificate: certificateSummary(leaf, now) }),
    source,
    ...(leaf && isKeepers && { renewsAt: renewalDate(leaf).toISOString() }),
    ...(isKeepers && isAskedFor(pair) && { renewalAskedFor: pair.renew }),
    trust: observation.authority === undefined ? ("automatic" as const) : ("manual" as const),
    ...authorityStatus(observation, now),
    webhooks: observation.configurations.map(configuration =>
      configurationStatus(configuration, { anchors, apiPath: observation.apiPath, now }),
    ),
    replicas: inputs.replicas.map(replica => replicaStatus(replica, leaf)),
  };
  const findings = findingsOf(status, inputs);
  const healthy = findings.every(({ level }) => level === "warning");
  return { healthy, ...status, findings };
}

function certificateSummary(certificate: X509Certificate, now: Date): CertificateSummary {
  const end = new Date(certificate.validTo);
  return {
    subject: onOneLine(certificate.subject),
    issuer: onOneLine(certificate.issuer),
    names: (certificate.subjectAltName ?? "").split(", ").map(name => name.replace(/^DNS:/, "")),
    validFrom: new Date(certificate.validFrom).toISOString(),
    validTo: end.toISOString(),
    daysLeft: Math.floor((end.getTime() - now.getTime()) / MS_PER_DAY),
    fingerprint: certificate.fingerprint256,
  };
}

function authorityStatus(
  { authority }: Observation,
  now: Date,
): Pick<CertificateStatus, "authority"> {
  const ca = certificatesIn(authority?.certificate ?? "")[0];
  if (ca === undefined) return {};
  const end = new Date(ca.validTo);
  return {
    authority: {
      subject: onOneLine(ca.subject),
      validTo: end.toISOString(),
      daysLeft: Math.floor((end.getTime() - now.getTime()) / MS_PER_DAY),
      fingerprint: ca.fingerprint256,
    },
  };
}

interface Wanted {
  anchors: X509Certificate[];
  apiPath: string;
  now: Date;
}

function configurationStatus(
  { kind, webhooks, elsewhere }: WebhookConfiguration,
  { anchors, apiPath, now }: Wanted,
): ConfigurationStatus {
  const bundles = webhooks.map(({ caBundle }) => certificatesIn(caBundle));
  const living = withoutEnded(anchors, now);
  const needed = living.length > 0 ? living : anchors;
  return {
    name: `${kind === "mutate" ? "Mutating" : "Validating"}WebhookConfiguration/${NAME}`,
    trustsCertificate:
      bundles.length > 0 && needed.length > 0 && bundles.every(bundle => includes(bundle, needed)),
    callsPath:
      apiPath !== "" &&
      elsewhere.length === 0 &&
      webhooks.every(({ path }) => path === `/${kind}/${apiPath}`),
    elsewhere,
    // Includes expired CAs.
    trusted: union(bundles, new Date(0)).map(ca => ({
      subject: onOneLine(ca.subject),
      validTo: new Date(ca.validTo).toISOString(),
      fingerprint: ca.fingerprint256,
      current: includes(anchors, [ca]),
      ended: withoutEnded([ca], now).length === 0,
    })),
  };
}

function replicaStatus(
  { pod, fingerprint }: ReplicaCertificate,
  leaf: X509Certificate | undefined,
): ReplicaStatus {
  if (fingerprint === undefined) return { pod, serves: "not reachable" };
  const same = fingerprint === leaf?.fingerprint256;
  return { pod, serves: same ? "this certificate" : "another certificate", fingerprint };
}
