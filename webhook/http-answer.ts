/**
 * Responses to requests that are refused. Node closes such a connection at once, so a client that is
 * still sending would see a broken connection instead of the response. Here, it gets some time to
 * finish.
 */
import { Log } from "pepr";
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex, Readable } from "node:stream";

import type { HttpRefusal } from "./http-refusal";

/** Milliseconds that a refused client has to send the rest, which is discarded. */
const LINGER_MS = 1000;

/** The status for errors of Node's parser. */
const STATUS_OF: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** A complete response. */
export interface HttpAnswer {
  status: number;
  type: "application/json" | "text/plain";
  text: string;
  headers?: Record<string, string>;
}

/** Sends a response. */
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

/** Refuses a request whose headers were read. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message, headers }: HttpRefusal,
): void {
  Log.warn({ status, message }, "Request refused");
  answer(response, { status, type: "text/plain", text: `${message}\n`, headers });
  if (!request.complete) {
    linger(request, request.socket);
  }
}

/**
 * Responds to a request that the parser could not read, as Node itself does, and closes the connection.
 *
 * @param answering whether a response has begun on this connection. A second one would be read as part
 *   of it.
 */
export function refuseUnread(error: Error, socket: Duplex, answering: boolean): void {
  if (answering) {
    socket.destroy();
    return;
  }
  if (!socket.writable) {
    // The response has been sent, and what follows it cannot be read either; or the client has
    // disconnected.
    return;
  }
  const status = STATUS_OF[(error as NodeJS.ErrnoException).code ?? ""] ?? 400;
  Log.warn({ status, message: error.message }, "Request refused");
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
  linger(socket, socket);
}

/** Discards the rest of a request, and closes the connection if the rest does not end in time. */
function linger(rest: Readable, socket: Duplex): void {
  rest.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  rest.once("close", () => {
    clearTimeout(timer);
  });
}
