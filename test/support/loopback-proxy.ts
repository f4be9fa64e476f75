/** An HTTP proxy on a loopback address that resolves names of its own, without DNS. */
import { createServer, request } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** A running proxy. */
export interface LoopbackProxy {
  /** `127.0.0.1:PORT` */
  address: string;
  /** The requests, such as `CONNECT api.example:6443`, with the user if a request has one. */
  asked: string[];
  close: () => void;
}

/** @param ports the ports of servers on 127.0.0.1, by the host and port that clients request. */
export async function loopbackProxy(
  ports: Readonly<Record<string, number>>,
): Promise<LoopbackProxy> {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  const note = (what: string, credentials: string | undefined): void => {
    const [, encoded = ""] = /^Basic (.*)$/.exec(credentials ?? "") ?? [];
    const user = encoded === "" ? "" : ` as ${Buffer.from(encoded, "base64").toString()}`;
    asked.push(`${what}${user}`);
  };
  const server = createServer((incoming, response) => {
    const { method = "", url = "", headers } = incoming;
    note(`${method} ${url}`, headers["proxy-authorization"]);
    const { host, pathname: path } = new URL(url);
    const port = ports[host];
    if (port === undefined) {
      response.writeHead(502).end();
      return;
    }
    request({ host: "127.0.0.1", port, path, method, headers: { ...headers, host } }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  server.on("connect", ({ url = "", headers }, socket: Duplex) => {
    note(`CONNECT ${url}`, headers["proxy-authorization"]);
    const port = ports[url];
    if (port === undefined) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [socket, upstream]) {
      sockets.add(end);
      end.on("error", () => undefined);
    }
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
