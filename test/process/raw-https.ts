/** Sends arbitrary bytes over a TLS connection, which HTTPS clients do not allow. */
import { connect } from "node:tls";
import type { TLSSocket } from "node:tls";

import type { WebhookAddress } from "../support/admission-review";

/** The result of a connection. */
export interface RawAnswer {
  /** 0 if the connection ended without an answer. */
  status: number;
  /** All received data, including headers. */
  text: string;
}

/** Milliseconds to keep reading an answered connection, unless it ends first. */
const LONGEST_MS = 60_000;

export function openRaw({ host, port, ca }: WebhookAddress): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ca, servername: "pepr-gmsa.pepr-system.svc" });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      socket.off("error", reject);
      // A reset is one of the expected ends.
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });
}

/** Resolves with the received data when the first answer is complete or the connection has ended. */
export function answerOn(socket: TLSSocket): Promise<RawAnswer> {
  return new Promise(resolve => {
    let text = "";
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
    };
    const timer = setTimeout(done, LONGEST_MS);
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (isComplete(text)) {
        done();
      }
    });
    socket.once("close", done);
  });
}

/** Sends these bytes on a new connection. */
export async function sendRaw(
  address: WebhookAddress,
  ...bytes: (string | Buffer)[]
): Promise<RawAnswer> {
  const socket = await openRaw(address);
  const answer = answerOn(socket);
  for (const part of bytes) {
    socket.write(part);
  }
  return answer;
}

function isComplete(text: string): boolean {
  const [head = "", ...body] = text.split("\r\n\r\n");
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return length !== undefined && Buffer.byteLength(body.join("\r\n\r\n")) >= Number(length);
}
