/** The files that the kubelet keeps in step with two Secrets. */
import { readFile } from "node:fs/promises";

import type { KeyPair } from "./key-pair";

/** What the Secrets hold now; the certificates program may not have filled them in yet. */
export interface MountedFiles extends KeyPair {
  /** The last part of the webhooks' paths, which only the API server knows. */
  apiPath: string;
}

/** Where Pepr looks for the same files. */
const CERTIFICATE_FILE = process.env.SSL_CERT_PATH ?? "/etc/certs/tls.crt";
const KEY_FILE = process.env.SSL_KEY_PATH ?? "/etc/certs/tls.key";
const API_PATH_FILE = "/app/api-path/value";

/**
 * Reads the files.
 *
 * @throws if one is missing or cannot be read.
 */
export async function readMountedFiles(): Promise<MountedFiles> {
  const [certificate, key, apiPath] = await Promise.all([
    readFile(CERTIFICATE_FILE, "utf8"),
    readFile(KEY_FILE, "utf8"),
    process.env.PEPR_API_PATH ?? readFile(API_PATH_FILE, "utf8"),
  ]);
  return { certificate, key, apiPath: apiPath.trim() };
}
