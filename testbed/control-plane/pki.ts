import { pki, md } from "node-forge";
import { rsaKey, unsignedCertificate } from "../../certificates/authority";

/** A certificate and its private key, both PEM. */
export interface KeyCertificate {
  certificate: string;
  key: string;
}

/** The keys and certificates of one control plane; all PEM, valid for a year. */
export interface ControlPlanePki {
  /** Signs all other certificates; trusted for clients and servers. */
  ca: KeyCertificate;
  /** Issues another certificate for clients and servers from this CA. */
  issue(subject: Subject): Promise<KeyCertificate>;
  apiServer: KeyCertificate;
  /** Client certificate in the group system:masters. */
  admin: KeyCertificate;
  /** Client and serving certificate of kube-controller-manager. */
  controllerManager: KeyCertificate;
  /** Private key that signs ServiceAccount tokens. */
  serviceAccountKey: string;
}

/** The subject of a certificate. */
export interface Subject {
  /** "" for none, as in certificates of cert-manager that have only DNS names. */
  commonName: string;
  /** Kubernetes reads it as the user's group. */
  organization?: string;
  dnsNames?: readonly string[];
  addresses?: readonly string[];
  /** Whether it may sign other certificates. */
  isCa?: boolean;
}

const lifetimeMs = 365 * 24 * 3600 * 1000;

function attributes(subject: Subject): pki.CertificateField[] {
  const fields: pki.CertificateField[] = [];
  if (subject.organization) fields.push({ name: "organizationName", value: subject.organization });
  if (subject.commonName) fields.push({ name: "commonName", value: subject.commonName });
  return fields;
}

function certificateFor(subject: Subject, keyPem: string): pki.Certificate {
  const certificate = unsignedCertificate(keyPem, new Date(Date.now() + lifetimeMs));
  certificate.setSubject(attributes(subject));
  return certificate;
}

/** Creates a root CA. */
export function selfSigned(subject: Subject, key: string): KeyCertificate {
  const certificate = certificateFor(subject, key);
  certificate.setIssuer(attributes(subject));
  certificate.setExtensions([
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, digitalSignature: true, critical: true },
  ]);
  certificate.sign(pki.privateKeyFromPem(key), md.sha256.create());
  return { certificate: pki.certificateToPem(certificate), key };
}

function alternativeNames(subject: Subject): object[] {
  return [
    ...(subject.dnsNames ?? []).map(value => ({ type: 2, value })),
    ...(subject.addresses ?? []).map(ip => ({ type: 7, ip })),
  ];
}

function keyUsage({ isCa }: Subject): object {
  return isCa ? { keyCertSign: true } : { digitalSignature: true, keyEncipherment: true };
}

/** Creates a certificate signed by `ca`. */
export function signedBy(ca: KeyCertificate, subject: Subject, key: string): KeyCertificate {
  const certificate = certificateFor(subject, key);
  certificate.setIssuer(pki.certificateFromPem(ca.certificate).subject.attributes);
  const altNames = alternativeNames(subject);
  certificate.setExtensions([
    { name: "basicConstraints", cA: subject.isCa ?? false },
    { name: "keyUsage", critical: true, ...keyUsage(subject) },
    { name: "extKeyUsage", serverAuth: true, clientAuth: true },
    ...(altNames.length > 0 ? [{ name: "subjectAltName", altNames }] : []),
  ]);
  certificate.sign(pki.privateKeyFromPem(ca.key), md.sha256.create());
  return { certificate: pki.certificateToPem(certificate), key };
}

/** Creates a serving certificate for these DNS names, and the CA that signs it. */
export async function createServingPair(
  dnsNames: readonly string[],
): Promise<KeyCertificate & { ca: string }> {
  const [caKey, key] = await Promise.all([rsaKey(), rsaKey()]);
  const ca = selfSigned({ commonName: "gmsa-test-ca" }, caKey);
  const pair = signedBy(ca, { commonName: dnsNames[0] ?? "", dnsNames }, key);
  return { ...pair, ca: ca.certificate };
}

/** Creates the keys and certificates of one control plane on 127.0.0.1 and these addresses. */
export async function createPki(apiServerAddresses: readonly string[]): Promise<ControlPlanePki> {
  const [caKey, serviceAccountKey] = await Promise.all([rsaKey(), rsaKey()]);
  const ca = selfSigned({ commonName: "gmsa-test-bed" }, caKey);
  const issue = async (subject: Subject): Promise<KeyCertificate> =>
    signedBy(ca, subject, await rsaKey());
  const kubernetes = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  const [apiServer, admin, controllerManager] = await Promise.all([
    issue({
      commonName: "kube-apiserver",
      dnsNames: ["localhost", ...kubernetes, "kubernetes.default.svc.cluster.local"],
      addresses: ["127.0.0.1", ...apiServerAddresses],
    }),
    issue({ commonName: "admin", organization: "system:masters" }),
    issue({ commonName: "system:kube-controller-manager", addresses: ["127.0.0.1"] }),
  ]);
  return { ca, issue, apiServer, admin, controllerManager, serviceAccountKey };
}
