import type { KubeConfig } from "@kubernetes/client-node";
import { request, type RequestOptions } from "node:https";

/** Milliseconds beyond which an answer is no longer waited for. */
const DEADLINE_MS = 60_000;

/**
 * GETs a path of the API server, such as "/metrics", which is no resource of the API.
 *
 * @throws with the answer's text unless its status is 200.
 */
export async function getRaw(
  kubeConfig: KubeConfig,
  path: string,
  signal: AbortSignal,
): Promise<Buffer> {
  const options: RequestOptions = {
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  };
  await kubeConfig.applyToHTTPSOptions(options);
  const server = kubeConfig.getCurrentCluster()?.server;
  return new Promise((done, fail) => {
    const asked = request(new URL(path, server), options, answer => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.once("error", fail);
      answer.once("end", () => {
        const content = Buffer.concat(chunks);
        if (answer.statusCode === 200) done(content);
        else
          fail(new Error(`GET ${path}: HTTP ${String(answer.statusCode)}: ${content.toString()}`));
      });
    });
    asked.once("error", fail);
    asked.end();
  });
}
