/** The files that the kubelet mounts from two Secrets and keeps up to date. */
import { readFile, realpath } from "node:fs/promises";
import { join, dirname } from "node:path";

import { DNS_NAMES } from "../kube/installation-names";
import { tryHandshake } from "../pki/handshake";
import { checkPair, type KeyPair, type UsablePair } from "../pki/key-pair";
import { certificatesIn } from "../pki/trust-bundle";

/** The mounted certificate and its key. */
export interface PairFiles extends KeyPair {
  /** The CA in the same Secret, PEM; empty if there is none. */
  ca: string;
}

/**
 * The contents of the Secrets. Before the certificate controller has filled them in, they are
 * incomplete.
 */
export interface MountedFiles extends PairFiles {
  /** The secret parts of the accepted paths; see certificates/path-plan.ts. */
  paths: string[];
  /** The CA for client certificates, PEM; empty if there is none. */
  clientCa: string;
}

/** Pepr reads the same files. */
const CERTIFICATE_FILE = process.env.SSL_CERT_PATH ?? "/etc/certs/tls.crt";

const KEY_FILE = process.env.SSL_KEY_PATH ?? "/etc/certs/tls.key";

const CA_FILE = join(dirname(CERTIFICATE_FILE), "ca.crt");

const CLIENT_CA_FILE = "/etc/client-ca/ca.crt";

const PATHS_FOLDER = "/app/api-path";

/** The current path, the next one, and the previous one. */
const PATH_FILES = ["value", "next", "previous"];

/**
 * Reads the files.
 *
 * @throws if one is missing or cannot be read, except for the CA.
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
 * Reads all paths from one version of the Secret, because files of two versions together could lack the
 * path that the webhook configurations call. The kubelet writes each version into its own folder, and
 * `..data` is a symbolic link to the newest.
 */
async function readPaths(): Promise<string[]> {
  const version = await realpath(join(PATHS_FOLDER, "..data"));
  const [called, ...others] = await Promise.all(
    PATH_FILES.map(async name => {
      const text = await readFile(join(version, name), "utf8").catch(absentAsEmpty);
      return text.trim();
    }),
  );
  // The kubelet has replaced the version meanwhile, so the files may be inconsistent.
  if (version !== (await realpath(join(PATHS_FOLDER, "..data")))) return readPaths();
  return called ? [called, ...others.filter(path => path !== "")] : [];
}

function absentAsEmpty(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}

/**
 * Checks the mounted pair as an API server will that trusts the CA in the Secret.
 *
 * @throws Error with the reason why the pair cannot be served, for a log line.
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
