/** The CAs that the API server trusts for a webhook: certificates in PEM, one after the other. */
import { X509Certificate } from "node:crypto";

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, in its order. What is no certificate is left out. */
export function certificatesIn(pem: string): X509Certificate[] {
  return (pem.match(PEM) ?? []).flatMap(text => {
    try {
      return [new X509Certificate(text)];
    } catch {
      return [];
    }
  });
}

/** Whether each of the certificates is in the bundle. */
export function includes(bundle: X509Certificate[], certificates: X509Certificate[]): boolean {
  const known = new Set(bundle.map(({ fingerprint256 }) => fingerprint256));
  return certificates.every(({ fingerprint256 }) => known.has(fingerprint256));
}

/** Those that have not ended: nobody is trusted by another one, whatever a bundle holds. */
export function withoutEnded(bundle: X509Certificate[], now: Date): X509Certificate[] {
  return bundle.filter(({ validTo }) => new Date(validTo) > now);
}

/** All certificates of these bundles, each once, without those that have ended. */
export function union(bundles: X509Certificate[][], now: Date): X509Certificate[] {
  const byFingerprint = new Map<string, X509Certificate>();
  for (const certificate of withoutEnded(bundles.flat(), now)) {
    byFingerprint.set(certificate.fingerprint256, certificate);
  }
  return [...byFingerprint.values()];
}

export function toPem(bundle: X509Certificate[]): string {
  return bundle.map(certificate => certificate.toString()).join("");
}

/**
 * What has to be trusted so that this pair is: its CA if it came with one, else the root at the
 * end of its own chain.
 *
 * @throws Error if there is neither.
 */
export function anchorsOf({
  certificate,
  ca,
}: {
  certificate: string;
  ca: string;
}): X509Certificate[] {
  const given = certificatesIn(ca);
  if (given.length > 0) return given;
  const root = certificatesIn(certificate).at(-1);
  if (root?.checkIssued(root) !== true) {
    throw new Error("there is no ca.crt, and the chain in tls.crt does not end in a root");
  }
  return [root];
}
