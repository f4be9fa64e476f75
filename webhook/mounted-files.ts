/** The files that the kubelet keeps in step with two Secrets. */
import { readFile, realpath } from "node:fs/promises";
import { join, dirname } from "node:path";

import { DNS_NAMES } from "../kube/installation-names";
import { tryHandshake } from "../pki/handshake";
import { checkPair, type KeyPair, type UsablePair } from "../pki/key-pair";
import { certificatesIn } from "../pki/trust-bundle";

/** The certificate and its key as they are mounted. */
export interface PairFiles extends KeyPair {
  /** The CA that the certificate comes with, PEM; empty if it comes with none. */
  ca: string;
}

/** What the Secrets hold now; the certificates program may not have filled them in yet. */
export interface MountedFiles extends PairFiles {
  /** The secret parts of the webhooks' paths that are answered; see certificates/path-plan.ts. */
  paths: string[];
  /** The CA of those who may call, PEM; empty where there is none. */
  clientCa: string;
}

/** Where Pepr looks for the same files. */
const CERTIFICATE_FILE = process.env.SSL_CERT_PATH ?? "/etc/certs/tls.crt";

const KEY_FILE = process.env.SSL_KEY_PATH ?? "/etc/certs/tls.key";

const CA_FILE = join(dirname(CERTIFICATE_FILE), "ca.crt");

const CLIENT_CA_FILE = "/etc/client-ca/ca.crt";

const PATHS_FOLDER = "/app/api-path";

/** The path that is called, the one that is called next, and the one that was called before. */
const PATH_FILES = ["value", "next", "previous"];

/**
 * Reads the files.
 *
 * @throws if one is missing or cannot be read, other than the CA.
 */
export async function readMountedFiles(): Promise<MountedFiles> {
  const [certificate, key, ca, paths, clientCa] = await Promise.all([
    readFile(CERTIFICATE_FILE, "utf8"),
    readFile(KEY_FILE, "utf8"),
    readFile(CA_FILE, "utf8").catch(() => ""),
    readPaths(),
    readFile(CLIENT_CA_FILE, "utf8").catch(absentAsEmpty),
  ]);
  return { certificate, key, ca, paths, clientCa };
}

/**
 * Reads all paths from one version of the Secret: files of two versions together could lack the
 * path that the webhook configurations call. The kubelet puts each version into a folder of its own,
 * and `..data` is a link to the newest.
 */
async function readPaths(): Promise<string[]> {
  const version = await realpath(join(PATHS_FOLDER, "..data"));
  const [called, ...others] = await Promise.all(
    PATH_FILES.map(async name => {
      const text = await readFile(join(version, name), "utf8").catch(absentAsEmpty);
      return text.trim();
    }),
  );
  // Replaced by the kubelet meanwhile: what was read is not whole.
  if (version !== (await realpath(join(PATHS_FOLDER, "..data")))) return readPaths();
  return called ? [called, ...others.filter(path => path !== "")] : [];
}

function absentAsEmpty(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}

/**
 * Checks what is mounted as an API server will, which trusts the CA that comes with it.
 *
 * @throws Error whose message says why it cannot be served, in words for a log line.
 */
export async function checkFiles(files: PairFiles): Promise<UsablePair> {
  const pair = checkPair(files, new Date());
  const anchors = certificatesIn(files.ca);
  if (anchors.length > 0) {
    const why = await tryHandshake(pair, anchors, DNS_NAMES[0]);
    if (why !== undefined) throw new Error(why);
  }
  return pair;
}
