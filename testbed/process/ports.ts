import { createServer, type Server } from "node:net";

/** The address of a listener. */
export interface Address {
  host: string;
  port: number;
}

/** A part of 127.0.0.0/8 that one bed owns until it releases it. */
export interface LoopbackRange {
  /** For --service-cluster-ip-range, such as "127.31.8.0/24". */
  serviceCidr: string;
  /** The ClusterIP of the Service `kubernetes`. */
  apiServiceAddress: string;
  /** The address of the nth Pod, n from 0 to 199. */
  podAddress(n: number): string;
  release(): Promise<void>;
}

/**
 * Each bed listens on this port of the last address of its range, so that no other bed takes the
 * range.
 */
const holderPort = 20_999;

/**
 * Below Linux's range of ephemeral ports, so that no client connection takes a port that was just
 * freed.
 */
const portRange = { from: 21_000, to: 32_000 };

function randomInt(from: number, to: number): number {
  return from + Math.floor(Math.random() * (to - from));
}

/** Listens on an address; rejects with the system's error on failure. */
export function listen(server: Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

/** Stops listening and waits until the last connection is closed. */
export function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => {
      resolve();
    });
  });
}

/** Whether this process can currently listen on an address. */
export async function canListen(address: Address): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, address);
  } catch {
    return false;
  }
  await close(server);
  return true;
}

/** Whether this process may listen on port 443 of a loopback address other than 127.0.0.1. */
export async function canBindPrivilegedPort(): Promise<boolean> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const host = `127.${randomInt(20, 220)}.${randomInt(0, 256)}.253`;
    if (await canListen({ host, port: 443 })) return true;
  }
  return false;
}

/**
 * An unused port of 127.0.0.1.
 * @throws if 100 random ones are all taken
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(portRange.from, portRange.to);
    if (await canListen({ host: "127.0.0.1", port })) return port;
  }
  throw new Error("no free port on 127.0.0.1");
}

function rangeAt(second: number, third: number, holder: Server | undefined): LoopbackRange {
  const services = `127.${second}.${third}`;
  return {
    serviceCidr: `${services}.0/24`,
    apiServiceAddress: `${services}.1`,
    podAddress: n => `127.${second}.${third + 1}.${n + 10}`,
    release: async () => {
      if (holder) await close(holder);
    },
  };
}

function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/**
 * Reserves two adjacent /24 of the loopback network, one for Services and one for Pods, which no
 * other bed on this machine owns.
 * @throws if 50 random ones are all taken
 */
export async function reserveLoopbackRange(): Promise<LoopbackRange> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const second = randomInt(20, 220);
    const third = 2 * randomInt(0, 128);
    const holder = createServer(socket => socket.destroy());
    try {
      await listen(holder, { host: `127.${second}.${third}.254`, port: holderPort });
      return rangeAt(second, third, holder);
    } catch (error) {
      // If 127.0.0.1 is the only loopback address (macOS), nothing can listen on the others, so
      // beds cannot conflict.
      if (errorCode(error) === "EADDRNOTAVAIL") return rangeAt(second, third, undefined);
    }
  }
  throw new Error("no free range of loopback addresses");
}
