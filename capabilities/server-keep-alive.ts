import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";

/**
 * The API server reuses a connection to a webhook for 90 seconds after its last use (Go's
 * http.Transport, IdleConnTimeout); Node closes it after 5. A request that meets the closing
 * connection fails, and the user's create with it. So the server must wait for the client.
 */
export const KEEP_ALIVE_MS = 120_000;

/**
 * Makes every HTTP server of this process keep idle connections longer than the API server does.
 *
 * Pepr keeps its server to itself; Node's diagnostics channel names it with the first request,
 * early enough for that request's own connection.
 */
export function keepConnectionsAlive(): void {
  subscribe("http.server.request.start", message => {
    const { server } = message as { server: Server };
    server.keepAliveTimeout = KEEP_ALIVE_MS;
  });
}
