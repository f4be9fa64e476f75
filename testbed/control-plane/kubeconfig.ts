import { writeFileSync } from "node:fs";
import { Agent, type AgentOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { stringify } from "yaml";
import type { KeyCertificate } from "./pki";

/** How a kubeconfig's user proves who it is. */
export type Credentials = KeyCertificate | { token: string };

/** Which API server, and as whom. */
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

/** A client configuration that keeps its connections open, and the way to close them. */
export interface KeepAliveConfig {
  kubeConfig: KubeConfig;
  /** Closes the open connections; idempotent. */
  close(): void;
}

/**
 * Loads a kubeconfig for client-node. As it comes, client-node makes a new agent, hence a TLS
 * handshake, for each call; this one shares an agent for as long as the credentials stay the same.
 */
export function loadKeepAlive(file: string): KeepAliveConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(file);
  const agents = new Map<string, Agent>();
  const createAgent = (_cluster: unknown, options: AgentOptions): Agent => {
    const key = JSON.stringify(options);
    const agent = agents.get(key) ?? new Agent({ ...options, keepAlive: true });
    agents.set(key, agent);
    return agent;
  };
  const cluster = kubeConfig.getCurrentCluster();
  // `createAgent` is private in the typings. It also knows proxies, which are left to it.
  if (cluster?.proxyUrl === undefined && cluster?.server.startsWith("https:")) {
    Object.defineProperty(kubeConfig, "createAgent", { value: createAgent });
  }
  return {
    kubeConfig,
    close: () => {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}
