/**
 * Answers for what goes no further. Node closes such a connection at once, and a client that is
 * still sending would see a broken connection and no answer; here it has a moment to end.
 */
import { Log } from "pepr";
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex, Readable } from "node:stream";

import type { HttpRefusal } from "./http-refusal";

/** Milliseconds in which a client that was turned away may send the rest, unread. */
const LINGER_MS = 1000;

/** What Node's parser says of a request that it gives up, with the status that tells so. */
const STATUS_OF: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** An answer, whole. */
export interface HttpAnswer {
  status: number;
  type: "application/json" | "text/plain";
  text: string;
  headers?: Record<string, string>;
}

/** Sends an answer. */
export function answer(
  response: ServerResponse,
  { status, type, text, headers }: HttpAnswer,
): void {
  response.writeHead(status, {
    ...headers,
    "Content-Type": `${type}; charset=utf-8`,
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Turns away a request whose first lines were read. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message, headers }: HttpRefusal,
): void {
  Log.warn({ status, message }, "Request turned away");
  answer(response, { status, type: "text/plain", text: `${message}\n`, headers });
  if (!request.complete) {
    linger(request, request.socket);
  }
}

/**
 * Answers what the parser could not read, as Node itself does, and closes the connection.
 *
 * @param answering whether an answer is on its way on this connection already: another one would
 *   be read as a part of it.
 */
export function refuseUnread(error: Error, socket: Duplex, answering: boolean): void {
  if (answering) {
    socket.destroy();
    return;
  }
  if (!socket.writable) {
    // It has had its answer, and what it still sends cannot be read either; or it has gone.
    return;
  }
  const status = STATUS_OF[(error as NodeJS.ErrnoException).code ?? ""] ?? 400;
  Log.warn({ status, message: error.message }, "Request turned away");
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
  linger(socket, socket);
}

/** Takes what is still to come, unread; closes the connection if its end does not come in time. */
function linger(rest: Readable, socket: Duplex): void {
  rest.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  rest.once("close", () => {
    clearTimeout(timer);
  });
}
