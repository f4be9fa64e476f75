import { X509Certificate, createPrivateKey } from "node:crypto";

export const MS_PER_DAY = 24 * 3600 * 1000;

/** A serving certificate with its chain, and its private key, both PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

/** A pair that can be served: the key matches the certificate, which is valid now. */
export interface UsablePair extends KeyPair {
  /** When the leaf certificate expires. */
  notAfter: Date;
  /** SHA-256 of the leaf certificate, in the format of OpenSSL and Node.js: "AB:CD:…". */
  fingerprint: string;
}

/**
 * Checks a pair before it is served.
 *
 * @throws Error with the problem, for a log line.
 */
export function checkPair({ certificate, key }: KeyPair, now: Date): UsablePair {
  const leaf = parseLeaf(certificate);
  let fits: boolean;
  try {
    fits = leaf.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new Error("the private key cannot be read");
  }
  if (!fits) throw new Error("the private key is not that of the certificate");
  const notAfter = new Date(leaf.validTo);
  if (notAfter <= now) throw new Error(`the certificate expired at ${notAfter.toISOString()}`);
  const notBefore = new Date(leaf.validFrom);
  if (notBefore > now) {
    throw new Error(`the certificate is valid only from ${notBefore.toISOString()}`);
  }
  return { certificate, key, notAfter, fingerprint: leaf.fingerprint256 };
}

/** Parses the first certificate of a PEM file, which is the served one. */
function parseLeaf(certificate: string): X509Certificate {
  try {
    return new X509Certificate(certificate);
  } catch {
    throw new Error("the certificate cannot be read");
  }
}
