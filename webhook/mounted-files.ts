/** The files that the kubelet keeps in step with two Secrets. */
import { readFile } from "node:fs/promises";
import { join, dirname } from "node:path";

import { DNS_NAMES } from "../kube/installed-objects";
import { tryHandshake } from "../pki/handshake";
import { checkPair, type KeyPair, type UsablePair } from "../pki/key-pair";
import { certificatesIn } from "../pki/trust-bundle";

/** What the Secrets hold now; the certificates program may not have filled them in yet. */
export interface MountedFiles extends KeyPair {
  /** The CA that the certificate comes with, PEM; empty if it comes with none. */
  ca: string;
  /** The last part of the webhooks' paths, which only the API server knows. */
  apiPath: string;
}

/** Where Pepr looks for the same files. */
const CERTIFICATE_FILE = process.env.SSL_CERT_PATH ?? "/etc/certs/tls.crt";

const KEY_FILE = process.env.SSL_KEY_PATH ?? "/etc/certs/tls.key";

const CA_FILE = join(dirname(CERTIFICATE_FILE), "ca.crt");

const API_PATH_FILE = "/app/api-path/value";

/**
 * Reads the files.
 *
 * @throws if one is missing or cannot be read, other than the CA.
 */
export async function readMountedFiles(): Promise<MountedFiles> {
  const [certificate, key, ca, apiPath] = await Promise.all([
    readFile(CERTIFICATE_FILE, "utf8"),
    readFile(KEY_FILE, "utf8"),
    readFile(CA_FILE, "utf8").catch(() => ""),
    process.env.PEPR_API_PATH ?? readFile(API_PATH_FILE, "utf8"),
  ]);
  return { certificate, key, ca, apiPath: apiPath.trim() };
}

/**
 * Checks what is mounted as an API server will, which trusts the CA that comes with it.
 *
 * @throws Error whose message says why it cannot be served, in words for a log line.
 */
export async function checkFiles(files: MountedFiles): Promise<UsablePair> {
  const pair = checkPair(files, new Date());
  const anchors = certificatesIn(files.ca);
  if (anchors.length > 0) {
    const why = await tryHandshake(pair, anchors, DNS_NAMES[0]);
    if (why !== undefined) throw new Error(why);
  }
  return pair;
}
