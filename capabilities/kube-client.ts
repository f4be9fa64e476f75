import { KubeConfig } from "@kubernetes/client-node";
import { Agent } from "node:https";

/** Milliseconds for one call to the API server. Two in a row stay below the webhook's 10 s. */
const CALL_DEADLINE_MS = 4000;

type RequestContext = Parameters<KubeConfig["applySecurityAuthentication"]>[0];

/**
 * A KubeConfig whose calls share kept-alive connections and carry a deadline.
 *
 * The library makes an agent, and so a TCP and TLS handshake, for every call (2.9 to 5.8 ms
 * instead of 0.8 ms), and knows no timeout at all.
 */
class KeptAliveKubeConfig extends KubeConfig {
  #agent: Agent | undefined;

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    const agent = context.getAgent();
    // A kubeconfig may name a proxy; its agents are left as they are.
    if (agent instanceof Agent && Object.getPrototypeOf(agent) === Agent.prototype) {
      context.setAgent(this.#kept(agent));
    }
    context.setSignal(AbortSignal.timeout(CALL_DEADLINE_MS));
  }

  /** The agent in use, unless the trusted CA or the client certificate has changed since. */
  #kept(agent: Agent): Agent {
    if (this.#agent === undefined || !sameTls(this.#agent, agent)) {
      this.#agent?.destroy();
      this.#agent = new Agent({ ...agent.options, keepAlive: true, maxSockets: 64 });
    }
    return this.#agent;
  }
}

/** The cluster that this process runs in, or that KUBECONFIG names, with kept-alive connections. */
export function loadKubeConfig(): KubeConfig {
  const kubeConfig = new KeptAliveKubeConfig();
  kubeConfig.loadFromDefault();
  return kubeConfig;
}

function sameTls(left: Agent, right: Agent): boolean {
  return (["ca", "cert", "key"] as const).every(
    option => textOf(left.options[option]) === textOf(right.options[option]),
  );
}

/** KubeConfig gives certificates and keys as buffers, or not at all. */
function textOf(pem: unknown): string {
  return Buffer.isBuffer(pem) ? pem.toString() : "";
}
