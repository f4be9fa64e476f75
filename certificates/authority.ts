import { randomBytes, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { pki, md } from "node-forge";

import { DNS_NAMES } from "../kube/installation-names";
import { MS_PER_DAY, type KeyPair } from "../pki/key-pair";

/** A serving certificate, its key, and the CA that signed it; all PEM. */
export interface SignedPair {
  certificate: string;
  key: string;
  ca: string;
}

/** Clocks differ: a certificate that begins now would begin later elsewhere. */
const BACKDATED_MS = 3600 * 1000;

const generate = promisify(generateKeyPair);

/** Of the CA that a person lets the API server trust, once. */
const AUTHORITY_DAYS = 3650;

/** Any address, of IPv4 and of IPv6, as a name constraint has it: address and mask. */
const ANY_ADDRESS = [Buffer.alloc(8), Buffer.alloc(32)];

/**
 * Makes a CA and a serving certificate for the Service.
 *
 * The CA signs this one certificate; its key is forgotten with this call. Nobody can take it from
 * the cluster, and a rotation replaces both.
 *
 * @param days how long both are valid.
 * @param newKey makes a private key, PEM; for each of the two another.
 */
export async function makePair(days: number, newKey = rsaKey): Promise<SignedPair> {
  return makePairBelow(await makeCa({ days, extensions: [] }, newKey), days, newKey);
}

/**
 * Makes a CA for ten years, whose key is kept. It may sign for the names of the Service and for
 * nothing else, so that its key is worth no more than a serving pair.
 */
export function makeAuthority(newKey = rsaKey): Promise<KeyPair> {
  return makeCa({ days: AUTHORITY_DAYS, extensions: [nameConstraints()] }, newKey);
}

/**
 * Makes a serving certificate for the Service that this CA signs.
 *
 * @param days how long it is valid, if the CA is valid for so long.
 * @param newKey makes a private key, PEM.
 */
export async function makePairBelow(
  ca: KeyPair,
  days: number,
  newKey = rsaKey,
): Promise<SignedPair> {
  const issuer = pki.certificateFromPem(ca.certificate);
  const key = await newKey();
  const wanted = Date.now() + days * MS_PER_DAY;
  const leaf = unsignedCertificate(
    key,
    new Date(Math.min(wanted, issuer.validity.notAfter.getTime())),
  );
  leaf.setSubject([{ name: "commonName", value: DNS_NAMES[0] }]);
  leaf.setIssuer(issuer.subject.attributes);
  leaf.setExtensions([
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectKeyIdentifier" },
    {
      name: "authorityKeyIdentifier",
      keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes(),
    },
    { name: "subjectAltName", altNames: DNS_NAMES.map(value => ({ type: 2, value })) },
  ]);
  leaf.sign(pki.privateKeyFromPem(ca.key), md.sha256.create());
  return { certificate: unixPem(leaf), key, ca: ca.certificate };
}

async function makeCa(
  { days, extensions }: { days: number; extensions: object[] },
  newKey: () => Promise<string>,
): Promise<KeyPair> {
  const key = await newKey();
  const ca = unsignedCertificate(key, new Date(Date.now() + days * MS_PER_DAY));
  // Names differ, so that readers can tell the CAs of a bundle apart.
  const name = [{ name: "commonName", value: `pepr-gmsa-ca-${ca.serialNumber.slice(-8)}` }];
  ca.setSubject(name);
  ca.setIssuer(name);
  ca.setExtensions([
    { name: "basicConstraints", cA: true, critical: true, pathLenConstraint: 0 },
    { name: "keyUsage", keyCertSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
    ...extensions,
  ]);
  ca.sign(pki.privateKeyFromPem(key), md.sha256.create());
  return { certificate: unixPem(ca), key };
}

/** RFC 5280, 4.2.1.10: permitted are the names of the Service, excluded is every address. */
function nameConstraints(): object {
  const names = DNS_NAMES.map(name => der(0x30, der(0x82, Buffer.from(name))));
  const addresses = ANY_ADDRESS.map(address => der(0x30, der(0x87, address)));
  const value = der(0x30, der(0xa0, ...names), der(0xa1, ...addresses)).toString("latin1");
  return { id: "2.5.29.30", critical: true, value };
}

/** A value of ASN.1, of at most 255 bytes. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

/** node-forge ends lines as DOS does. */
function unixPem(certificate: pki.Certificate): string {
  return pki.certificateToPem(certificate).replaceAll("\r\n", "\n");
}

/**
 * A certificate's serial number, as the hexadecimal digits that node-forge puts into it.
 *
 * As DER has it, an integer has no more leading zeros than it needs to be positive; node-forge takes
 * away one at most. A certificate with two is refused by Go ("malformed serial number") and OpenSSL
 * ("illegal padding"). So the first byte is neither zero nor negative.
 */
export function serialNumber(random: Buffer = randomBytes(16)): string {
  const first = (random[0] ?? 0) % 0x40;
  return Buffer.concat([Buffer.of(0x40 + first), random.subarray(1)]).toString("hex");
}

/** A private key, PEM. RSA, since node-forge signs no other; generated by OpenSSL, far faster. */
export async function rsaKey(): Promise<string> {
  const { privateKey } = await generate("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  return privateKey;
}

/** A certificate for this key, without names and extensions, valid from now on. */
export function unsignedCertificate(keyPem: string, notAfter: Date): pki.Certificate {
  const key = pki.privateKeyFromPem(keyPem);
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.setRsaPublicKey(key.n, key.e);
  certificate.serialNumber = serialNumber();
  certificate.validity.notBefore = new Date(Date.now() - BACKDATED_MS);
  certificate.validity.notAfter = notAfter;
  return certificate;
}
