/** The canary's metrics, and whether it is alive, over HTTP: nothing here is secret. */
import { createServer, type Server } from "node:http";

/** Where Prometheus and the kubelet ask. */
export const PORT = 3000;

/** What is asked. */
export interface Served {
  text: () => Promise<string>;
  isAlive: () => boolean;
}

export function serveCanary({ text, isAlive }: Served): Server {
  return createServer((request, response) => {
    request.resume();
    const answer = (status: number, body: string): void => {
      response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
      response.end(body);
    };
    if (request.url === "/healthz") {
      const alive = isAlive();
      answer(alive ? 200 : 503, alive ? "ok\n" : "no round has ended for a long time\n");
    } else if (request.url === "/metrics") {
      text().then(
        body => {
          answer(200, body);
        },
        () => {
          answer(500, "the metrics cannot be read\n");
        },
      );
    } else {
      answer(404, "not found\n");
    }
  }).listen(PORT);
}
