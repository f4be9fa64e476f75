/** The CAs that the API server trusts for a webhook: concatenated certificates in PEM. */
import { X509Certificate } from "node:crypto";

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Returns the certificates of a PEM text, in order. Invalid ones are left out. */
export function certificatesIn(pem: string): X509Certificate[] {
  return (pem.match(PEM) ?? []).flatMap(text => {
    try {
      return [new X509Certificate(text)];
    } catch {
      return [];
    }
  });
}

/** Whether the bundle contains all of the certificates. */
export function includes(bundle: X509Certificate[], certificates: X509Certificate[]): boolean {
  const known = new Set(bundle.map(({ fingerprint256 }) => fingerprint256));
  return certificates.every(({ fingerprint256 }) => known.has(fingerprint256));
}

/** Removes expired certificates. */
export function withoutEnded(bundle: X509Certificate[], now: Date): X509Certificate[] {
  return bundle.filter(({ validTo }) => new Date(validTo) > now);
}

/** Returns the distinct certificates of these bundles, without expired ones. */
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
 * Returns the certificates to trust for this pair: the CA that came with it, or otherwise the root at
 * the end of its own chain.
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
