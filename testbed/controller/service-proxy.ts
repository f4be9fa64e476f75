import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { close, listen, type Address } from "../process/ports";

/** A possible target of a connection to the Service. */
export interface Backend {
  readonly address: Address;
  readonly isReady: boolean;
  /** Reports that a connection to it was refused. */
  reportRefused(): void;
}

/** A replacement for kube-proxy: one Service and its backends. */
export interface ServiceProxy {
  /**
   * Must be called when a backend becomes ready or stops being ready.
   * @throws if it cannot listen
   */
  update(): Promise<void>;
  /** Stops and drops all connections. Idempotent. */
  stop(): Promise<void>;
}

/** The Service's address and its current backends. */
export interface ServiceSpec {
  address: Address;
  backends: () => readonly Backend[];
}

/** Joins two sockets until either ends. */
function join(a: Duplex, b: Socket): void {
  a.on("error", () => b.destroy());
  b.on("error", () => a.destroy());
  a.on("close", () => b.destroy());
  b.on("close", () => a.destroy());
  a.pipe(b);
  b.pipe(a);
}

function tryConnect(address: Address): Promise<Socket | undefined> {
  return new Promise(resolve => {
    const socket = connect({ ...address, noDelay: true });
    socket.once("error", () => {
      resolve(undefined);
    });
    socket.once("connect", () => {
      resolve(socket);
    });
  });
}

/** Connects to a ready backend, chosen at random; tries the others if it refuses. */
async function connectReady(backends: readonly Backend[]): Promise<Socket | undefined> {
  const ready = backends.filter(backend => backend.isReady);
  while (ready.length > 0) {
    const [chosen] = ready.splice(Math.floor(Math.random() * ready.length), 1);
    if (!chosen) break;
    const socket = await tryConnect(chosen.address);
    if (socket) return socket;
    chosen.reportRefused();
  }
  return undefined;
}

function remember(open: Set<Duplex>, socket: Duplex): void {
  open.add(socket);
  socket.on("close", () => open.delete(socket));
}

/**
 * Listens on the Service's ClusterIP, which is a loopback address. Without a ready backend it does
 * not listen, so that clients are refused as by kube-proxy.
 */
class BoundProxy implements ServiceProxy {
  readonly #server: Server;
  readonly #open = new Set<Duplex>();
  #stopped = false;
  /** Applies changes one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(private readonly service: ServiceSpec) {
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, socket => {
      remember(this.#open, socket);
      socket.on("error", () => socket.destroy());
      void this.#forward(socket);
    });
  }

  update(): Promise<void> {
    this.#work = this.#work.catch(() => undefined).then(() => this.#adjust());
    return this.#work;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const socket of this.#open) socket.destroy();
    await this.update();
  }

  async #adjust(): Promise<void> {
    const wanted = !this.#stopped && this.service.backends().some(backend => backend.isReady);
    if (wanted === this.#server.listening) return;
    if (wanted) await listen(this.#server, this.service.address);
    // Not awaited: existing connections may stay open, and close() waits for them.
    else this.#server.close();
  }

  async #forward(client: Socket): Promise<void> {
    const backend = await connectReady(this.service.backends());
    if (!backend) {
      client.resetAndDestroy();
      return;
    }
    join(client, backend);
    client.resume();
  }
}

/** Answers the API server's CONNECT requests on a Unix socket; needs no privilege. */
class Tunnel {
  /** The running tunnels by socket path; all Services of a bed share one. */
  static readonly #running = new Map<string, Tunnel>();

  readonly services = new Set<ServiceSpec>();
  readonly #server = createHttpServer();
  readonly #open = new Set<Duplex>();
  readonly #listening: Promise<void>;

  private constructor(private readonly path: string) {
    this.#server.on("connect", (request, socket, head) => {
      remember(this.#open, socket);
      socket.on("error", () => socket.destroy());
      void this.#forward(request.url ?? "", socket, head);
    });
    this.#listening = new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(path, resolve);
    });
  }

  /** Adds a Service to the tunnel at `path`, and starts the tunnel if it is not running. */
  static async add(path: string, service: ServiceSpec): Promise<Tunnel> {
    const tunnel = Tunnel.#running.get(path) ?? new Tunnel(path);
    Tunnel.#running.set(path, tunnel);
    tunnel.services.add(service);
    await tunnel.#listening;
    return tunnel;
  }

  /**
   * Removes a Service, and stops the tunnel with the last one. Connections to other Services stay
   * open.
   */
  async remove(service: ServiceSpec): Promise<void> {
    if (!this.services.delete(service) || this.services.size > 0) return;
    Tunnel.#running.delete(this.path);
    for (const socket of this.#open) socket.destroy();
    this.#server.closeAllConnections();
    if (this.#server.listening) await close(this.#server);
  }

  async #forward(destination: string, client: Duplex, head: Buffer): Promise<void> {
    const service = [...this.services].find(
      ({ address }) => destination === `${address.host}:${address.port}`,
    );
    const backend = service && (await connectReady(service.backends()));
    if (!backend) {
      client.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    backend.write(head);
    join(client, backend);
  }
}

/**
 * Starts forwarding on the ClusterIP or, given the path of a Unix socket, on that socket.
 * @throws if it cannot listen
 */
export async function startServiceProxy(
  service: ServiceSpec,
  tunnelSocket?: string,
): Promise<ServiceProxy> {
  if (tunnelSocket === undefined) return new BoundProxy(service);
  const tunnel = await Tunnel.add(tunnelSocket, service);
  return { update: () => Promise.resolve(), stop: () => tunnel.remove(service) };
}
