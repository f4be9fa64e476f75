/**
 * Serves metrics over plain HTTP, for the programs that are not webhooks. The metrics are not secret.
 */
import { createServer, type Server } from "node:http";

/** The port that Prometheus and the kubelet use, as in the YAML of the Deployments. */
const METRICS_PORT = 3000;

const TEXT = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };

/** The content to serve. */
export interface Served {
  /** The metrics, in Prometheus' text format. */
  text: () => Promise<string>;
  /** Answers /healthz. If omitted, that path does not exist. */
  isAlive?: () => boolean;
}

/**
 * Answers GET /metrics and /healthz on port 3000.
 * @param failed called with the reason if it cannot listen. The program should continue, because its
 *   main task matters more.
 */
export function serveMetrics(served: Served, failed: (why: string) => void): Server {
  const server = createServer((request, response) => {
    request.resume();
    void answer(served, request.method === "GET" ? request.url : undefined).then(
      ({ status, body }) => response.writeHead(status, TEXT).end(body),
    );
  });
  server.on("error", ({ message }) => {
    failed(message);
  });
  return server.listen(METRICS_PORT);
}

async function answer(
  { text, isAlive }: Served,
  path: string | undefined,
): Promise<{ status: number; body: string }> {
  if (path === "/healthz" && isAlive !== undefined) {
    if (isAlive()) return { status: 200, body: "ok\n" };
    return { status: 503, body: "no round has ended for a long time\n" };
  }
  if (path !== "/metrics") return { status: 404, body: "not found\n" };
  try {
    return { status: 200, body: await text() };
  } catch {
    return { status: 500, body: "the metrics cannot be read\n" };
  }
}
