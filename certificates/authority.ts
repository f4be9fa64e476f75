import { generateKeyPair, randomBytes, sign as signBytes } from "node:crypto";
import { promisify } from "node:util";
// Only the parts that sign certificates: the whole package is as large as the rest of the module.
import "node-forge/lib/pki";
import "node-forge/lib/sha256";
import { asn1, md, pki } from "node-forge/lib/forge";

import { DNS_NAMES } from "../kube/installation-names";
import { MS_PER_DAY, type KeyPair } from "../pki/key-pair";

/** A serving certificate, its key, and the CA that signed it, in PEM. */
export interface SignedPair {
  certificate: string;
  key: string;
  ca: string;
}

/** Backdates a certificate, because the clock of another machine may be behind. */
const BACKDATED_MS = 3600 * 1000;

const generate = promisify(generateKeyPair);

/** The lifetime of the CA that a user configures the API server to trust, in days. */
const AUTHORITY_DAYS = 3650;

/** All IPv4 and IPv6 addresses in the form of a name constraint: address and mask. */
const ANY_ADDRESS = [Buffer.alloc(8), Buffer.alloc(32)];

/**
 * Creates a CA and a serving certificate for the Service.
 *
 * The CA signs only this certificate, and its key is discarded, so that it cannot be stolen from the
 * cluster. A rotation replaces both.
 *
 * @param days how long both are valid.
 * @param newKey creates a private key, PEM. Called once for each of the two.
 */
export async function makePair(days: number, newKey = rsaKey): Promise<SignedPair> {
  return makePairBelow(await makeCa({ days, extensions: [] }, newKey), days, newKey);
}

/**
 * Creates a CA for ten years, whose key is kept. It may sign only for the names of the Service, so its
 * key is worth no more than that of a serving certificate.
 */
export function makeAuthority(newKey = rsaKey): Promise<KeyPair> {
  return makeCa({ days: AUTHORITY_DAYS, extensions: [nameConstraints()] }, newKey);
}

/**
 * Creates a serving certificate for the Service, signed by this CA.
 *
 * @param days how long it is valid, but at most as long as the CA.
 * @param newKey creates a private key, PEM.
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
  sign(leaf, ca.key);
  return { certificate: unixPem(leaf), key, ca: ca.certificate };
}

async function makeCa(
  { days, extensions }: { days: number; extensions: object[] },
  newKey: () => Promise<string>,
): Promise<KeyPair> {
  const key = await newKey();
  const ca = unsignedCertificate(key, new Date(Date.now() + days * MS_PER_DAY));
  // The names are unique, so that people can distinguish the CAs of a bundle.
  const name = [{ name: "commonName", value: `pepr-gmsa-ca-${ca.serialNumber.slice(-8)}` }];
  ca.setSubject(name);
  ca.setIssuer(name);
  ca.setExtensions([
    { name: "basicConstraints", cA: true, critical: true, pathLenConstraint: 0 },
    { name: "keyUsage", keyCertSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
    ...extensions,
  ]);
  sign(ca, key);
  return { certificate: unixPem(ca), key };
}

/** RFC 5280, 4.2.1.10: permits the names of the Service and excludes every address. */
function nameConstraints(): object {
  const names = DNS_NAMES.map(name => der(0x30, der(0x82, Buffer.from(name))));
  const addresses = ANY_ADDRESS.map(address => der(0x30, der(0x87, address)));
  const value = der(0x30, der(0xa0, ...names), der(0xa1, ...addresses)).toString("latin1");
  return { id: "2.5.29.30", critical: true, value };
}

/** Encodes an ASN.1 value of at most 255 bytes. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

/**
 * Signs a certificate with SHA-256 and RSA. OpenSSL computes the signature, because node-forge takes fifty
 * times as long and blocks the only thread meanwhile.
 */
export function sign(certificate: pki.Certificate, keyPem: string): void {
  const signer = {
    sign: () => {
      const { tbsCertificate } = certificate as pki.Certificate & { tbsCertificate: asn1.Asn1 };
      const signed = asn1.toDer(tbsCertificate).getBytes();
      return signBytes("sha256", Buffer.from(signed, "latin1"), keyPem).toString("latin1");
    },
  };
  // node-forge fills in tbsCertificate first, and then calls only this method of the key.
  certificate.sign(signer as unknown as pki.rsa.PrivateKey, md.sha256.create());
}

/** node-forge writes CRLF line endings. */
function unixPem(certificate: pki.Certificate): string {
  return pki.certificateToPem(certificate).replaceAll("\r\n", "\n");
}

/**
 * Creates the serial number of a certificate, in the hexadecimal form of node-forge.
 *
 * In DER, an integer has as few leading zero bytes as possible while it stays positive, but node-forge
 * removes at most one. Go ("malformed serial number") and OpenSSL ("illegal padding") refuse a
 * certificate with two. So the first byte is neither zero nor negative.
 */
export function serialNumber(random: Buffer = randomBytes(16)): string {
  const first = (random[0] ?? 0) % 0x40;
  return Buffer.concat([Buffer.of(0x40 + first), random.subarray(1)]).toString("hex");
}

/**
 * Creates a private key, PEM. It is an RSA key, because node-forge cannot sign with others. OpenSSL
 * generates it, which is much faster.
 */
export async function rsaKey(): Promise<string> {
  const { privateKey } = await generate("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  return privateKey;
}

/** Creates a certificate for this key, without names and extensions, valid from now on. */
export function unsignedCertificate(keyPem: string, notAfter: Date): pki.Certificate {
  const key = pki.privateKeyFromPem(keyPem);
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.setRsaPublicKey(key.n, key.e);
  certificate.serialNumber = serialNumber();
  certificate.validity.notBefore = new Date(Date.now() - BACKDATED_MS);
  certificate.validity.notAfter = notAfter;
  return certificate;
}
