import { writeFileSync } from "node:fs";
import type { KubeConfig } from "@kubernetes/client-node";
import { stringify } from "yaml";

import { loadKubeConfig } from "../../kube/client";
import type { KeyCertificate } from "./pki";

/** How a kubeconfig's user authenticates. */
export type Credentials = KeyCertificate | { token: string };

/** Which API server to use, and as which user. */
export interface KubeconfigSpec {
  /** Such as "https://127.0.0.1:6443". */
  server: string;
  /** PEM. */
  ca: string;
  credentials: Credentials;
  /** Default namespace; `default` if left out. */
  namespace?: string;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function userOf(credentials: Credentials): object {
  if ("token" in credentials) return { token: credentials.token };
  return {
    "client-certificate-data": base64(credentials.certificate),
    "client-key-data": base64(credentials.key),
  };
}

/** Writes a kubeconfig with one context, readable by its owner only. */
export function writeKubeconfig(file: string, spec: KubeconfigSpec): void {
  const cluster = { server: spec.server, "certificate-authority-data": base64(spec.ca) };
  const context = { cluster: "bed", user: "bed", namespace: spec.namespace ?? "default" };
  const content = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "bed", cluster }],
    users: [{ name: "bed", user: userOf(spec.credentials) }],
    contexts: [{ name: "bed", context }],
    "current-context": "bed",
  };
  writeFileSync(file, stringify(content), { mode: 0o600 });
}

/** Milliseconds for one call: longer than any test waits. */
const DEADLINE_MS = 300_000;

/** A client for a bed. Its connections stay open as long as the API server runs. */
export function bedKubeConfig(file: string): KubeConfig {
  return loadKubeConfig({ file, deadlineMs: DEADLINE_MS });
}
