import { request, type RequestOptions } from "node:https";

/**
 * The HTTP status of a GET, over a new connection unless an agent has one.
 * @throws the system's error, or an error after `timeoutMs` milliseconds without an answer
 */
export function getStatus(options: RequestOptions, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { agent: false, ...options, signal: AbortSignal.timeout(timeoutMs) },
      response => {
        response.resume();
        response.on("error", reject);
        response.on("end", () => {
          resolve(response.statusCode ?? 0);
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end();
  });
}
