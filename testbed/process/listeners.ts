/** Listeners that take the place of a webhook, whether they answer or not. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Server, type Socket } from "node:net";

import { listen, type Address } from "./ports";

/** Ends a listener and all its connections. */
export type Stop = () => Promise<void>;

/** Makes a server listen until it is stopped. */
export async function serveAt(server: Server, address: Address): Promise<Stop> {
  const open = new Set<Socket>();
  server.on("connection", socket => {
    open.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => open.delete(socket));
  });
  await listen(server, address);
  return async () => {
    for (const socket of open) socket.destroy();
    server.close();
    if (server.listening) await once(server, "close");
  };
}

/** Listens with the smallest backlog, which a few connections fill. */
const LISTEN = `
  const [host, port] = process.argv.slice(1);
  require("node:net").createServer().listen({ host, port: Number(port), backlog: 1 }, () => console.log("up"));
`;
const MORE_THAN_IT_HOLDS = 4;

/**
 * Occupies a port on which the kernel drops every new connection: the process is stopped, and its
 * queue of pending connections is full. A firewall that drops packets looks the same to the caller.
 */
export async function dropAt({ host, port }: Address): Promise<Stop> {
  const child = spawn(process.execPath, ["-e", LISTEN, host, String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGSTOP");
  const waiting = Array.from({ length: MORE_THAN_IT_HOLDS }, () => {
    const socket = connect(port, host);
    socket.on("error", () => socket.destroy());
    return socket;
  });
  await Promise.race([once(waiting[0] ?? child, "connect"), once(child, "exit")]);
  return async () => {
    for (const socket of waiting) socket.destroy();
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
}
