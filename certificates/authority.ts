import { md, pki } from "node-forge";

import { DNS_NAMES } from "./annotations";
import { rsaKey, unsignedCertificate } from "./unsigned-certificate";

/** A serving certificate, its key, and the CA that signed it; all PEM. */
export interface SignedPair {
  certificate: string;
  key: string;
  ca: string;
}

const MS_PER_DAY = 24 * 3600 * 1000;

/**
 * Makes a CA and a serving certificate for the Service.
 *
 * The CA signs this one certificate; its key is forgotten with this call. Nobody can take it from
 * the cluster, and a rotation replaces both.
 *
 * @param days how long both are valid.
 */
export async function makePair(days: number): Promise<SignedPair> {
  const [caKey, key] = await Promise.all([rsaKey(), rsaKey()]);
  const notAfter = new Date(Date.now() + days * MS_PER_DAY);

  const ca = unsignedCertificate(caKey, notAfter);
  // Names differ, so that two CAs of a bundle are told apart by whoever reads it.
  const name = [{ name: "commonName", value: `pepr-gmsa-ca-${ca.serialNumber.slice(-8)}` }];
  ca.setSubject(name);
  ca.setIssuer(name);
  ca.setExtensions([
    { name: "basicConstraints", cA: true, critical: true, pathLenConstraint: 0 },
    { name: "keyUsage", keyCertSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ]);
  const signer = pki.privateKeyFromPem(caKey);
  ca.sign(signer, md.sha256.create());

  const leaf = unsignedCertificate(key, notAfter);
  leaf.setSubject([{ name: "commonName", value: DNS_NAMES[0] }]);
  leaf.setIssuer(name);
  leaf.setExtensions([
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectKeyIdentifier" },
    {
      name: "authorityKeyIdentifier",
      keyIdentifier: ca.generateSubjectKeyIdentifier().getBytes(),
    },
    { name: "subjectAltName", altNames: DNS_NAMES.map(value => ({ type: 2, value })) },
  ]);
  leaf.sign(signer, md.sha256.create());
  return { certificate: unixPem(leaf), key, ca: unixPem(ca) };
}

/** node-forge ends lines as DOS does. */
function unixPem(certificate: pki.Certificate): string {
  return pki.certificateToPem(certificate).replaceAll("\r\n", "\n");
}
