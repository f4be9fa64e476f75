import type { KubeConfig } from "@kubernetes/client-node";
import { setMaxListeners } from "node:events";
import type { OutgoingHttpHeaders } from "node:http";
import { Agent, request, type RequestOptions } from "node:https";

/** Milliseconds without a byte after which a request fails. */
const DEADLINE_MS = 60_000;

/** One request. */
export interface Asked {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path with the query, such as "/api/v1/namespaces". */
  path: string;
  /** JSON text, or data of the given content type. */
  body?: string | Buffer;
  /** "application/json" if left out. */
  contentType?: string;
  /** Added to those of the kubeconfig. */
  headers?: OutgoingHttpHeaders;
}

/** A response, whatever its status. */
export interface Answered {
  status: number;
  content: Buffer;
}

/**
 * Sends requests to an API server with the credentials of a kubeconfig, over connections of its
 * own.
 */
export class ApiServer {
  private constructor(
    private readonly server: string,
    private readonly options: RequestOptions,
    private readonly signal: AbortSignal | undefined,
  ) {}

  static async of(kubeConfig: KubeConfig, signal?: AbortSignal): Promise<ApiServer> {
    const server = kubeConfig.getCurrentCluster()?.server;
    if (server === undefined) throw new Error("the kubeconfig has no current context");
    const options: RequestOptions = {};
    await kubeConfig.applyToHTTPSOptions(options);
    // The library's agent makes a TLS handshake for each call.
    const { options: tls } = options.agent as Agent;
    options.agent = new Agent({ ...tls, keepAlive: true });
    // Every request in flight adds a listener, so Node.js must not warn about their number.
    if (signal !== undefined) setMaxListeners(0, signal);
    return new ApiServer(server, options, signal);
  }

  /** @throws if there is no answer within a minute. */
  send(asked: Asked): Promise<Answered> {
    const { method, path, body, contentType = "application/json" } = asked;
    const headers = {
      ...(this.options.headers as OutgoingHttpHeaders | undefined),
      ...(body === undefined ? {} : { "content-type": contentType }),
      ...asked.headers,
    };
    return new Promise((done, fail) => {
      // Not a combined signal with a timeout for each request: Node.js 20 leaks the result of
      // AbortSignal.any on a long-lived signal.
      const { signal } = this;
      const options = { ...this.options, headers, method, signal, timeout: DEADLINE_MS };
      const sent = request(new URL(path, this.server), options, answer => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.once("error", fail);
        answer.once("end", () => {
          done({ status: answer.statusCode ?? 0, content: Buffer.concat(chunks) });
        });
      });
      sent.once("error", fail);
      sent.once("timeout", () => {
        sent.destroy(new Error(`${method} ${path}: no answer within ${DEADLINE_MS / 1000} s`));
      });
      sent.end(body);
    });
  }

  /** @throws with the response body unless the status is 2xx. */
  async sendOk(asked: Asked): Promise<Buffer> {
    const { status, content } = await this.send(asked);
    if (status >= 200 && status <= 299) return content;
    throw new Error(`${asked.method} ${asked.path}: HTTP ${status}: ${content.toString()}`);
  }
}

/**
 * GETs a path of the API server that is not an API resource, such as "/metrics".
 *
 * @throws with the response body unless the status is 2xx.
 */
export async function getRaw(
  kubeConfig: KubeConfig,
  path: string,
  signal: AbortSignal,
): Promise<Buffer> {
  return (await ApiServer.of(kubeConfig, signal)).sendOk({ method: "GET", path });
}
