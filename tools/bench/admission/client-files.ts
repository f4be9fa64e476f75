import type { KubeConfig } from "@kubernetes/client-node";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A folder with the credentials of a kubeconfig, in the form that vegeta takes. */
export interface ClientFiles {
  /** Readable by its owner only. */
  dir: string;
  /** Such as "https://127.0.0.1:6443". */
  server: string;
  vegetaFlags: string[];
}

/**
 * Writes the certificates of a kubeconfig into a folder, which is made if it is not there.
 *
 * @throws if the kubeconfig holds neither a client certificate nor a token.
 */
export function writeClientFiles(kubeConfig: KubeConfig, dir: string): ClientFiles {
  const cluster = kubeConfig.getCurrentCluster();
  const user = kubeConfig.getCurrentUser();
  if (!cluster || !user) throw new Error("the kubeconfig has no current context");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const vegetaFlags: string[] = [];
  const addPem = (flag: string, base64: string | undefined): void => {
    if (!base64) return;
    const file = join(dir, `${flag}.pem`);
    writeFileSync(file, Buffer.from(base64, "base64"), { mode: 0o600 });
    vegetaFlags.push(`-${flag}=${file}`);
  };
  addPem("root-certs", cluster.caData);
  addPem("cert", user.certData);
  addPem("key", user.keyData);
  if (!user.certData) {
    if (!user.token) throw new Error("the kubeconfig has neither a certificate nor a token");
    vegetaFlags.push(`-header=Authorization: Bearer ${user.token}`);
  }
  return { dir, server: cluster.server, vegetaFlags };
}
