/** Refuses requests by their method, path and headers, before their body is read. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";

import type { ClientCertificates } from "./client-certificates";

/** Why a request is refused: a status, and a sentence for the client. */
export interface HttpRefusal {
  status: number;
  message: string;
  headers?: Record<string, string>;
}

/**
 * The largest body, in bytes. The API server accepts requests of 3 MiB, and Go's JSON encoding can
 * expand them up to six times. An update also contains the old object, which is at most 1.5 MiB in etcd.
 * Only a small part is kept in memory (webhook/kept-fields.ts).
 */
export const LARGEST_BODY = 32 * 1024 * 1024;

const METRICS = "/metrics";
const PROBES = ["/readyz", "/healthz", METRICS];
const WEBHOOK = /^\/(?:mutate|validate)\/([^/]+)$/;
const JSON_TYPE = /^application\/json\s*(?:;\s*charset=(?:utf-8|"utf-8")\s*)?$/i;

/** Whether the kubelet or Prometheus requests this path. */
export function isProbe(url: string | undefined): boolean {
  return PROBES.includes(pathOf(url));
}

/** The callers that the webhooks answer. */
export interface Callers {
  /** The secret parts of the accepted paths. */
  paths: readonly string[];
  /** Undefined if client certificates are not required. */
  clients: ClientCertificates | undefined;
}

/** Returns why a request is refused; undefined if it is not. */
export function refusalOf(
  request: IncomingMessage,
  { paths, clients }: Callers,
): HttpRefusal | undefined {
  if (isProbe(request.url)) return probeRefusal(request, clients);
  const secret = WEBHOOK.exec(pathOf(request.url))?.[1];
  if (secret === undefined) return { status: 404, message: "not found" };
  if (!isOneOf(secret, paths)) {
    return { status: 401, message: "this is not the webhooks' path" };
  }
  const stranger = clients?.refusalOf(request);
  if (stranger !== undefined) return strangerRefusal(stranger);
  if (request.method !== "POST") {
    return { status: 405, message: "only POST", headers: { Allow: "POST" } };
  }
  return typeRefusal(request) ?? sizeRefusal(request);
}

/** The refusal of a body that is larger than an API server can send. */
export function tooLarge(): HttpRefusal {
  return { status: 413, message: `the body is larger than ${LARGEST_BODY} bytes` };
}

function probeRefusal(
  { method = "", headers, url, socket }: IncomingMessage,
  clients: ClientCertificates | undefined,
): HttpRefusal | undefined {
  // The kubelet does not have a certificate. Prometheus can be given one, with any name.
  const stranger =
    pathOf(url) === METRICS ? clients?.refusalOfUnknown(socket as TLSSocket) : undefined;
  if (stranger !== undefined) return strangerRefusal(stranger);
  if (!["GET", "HEAD"].includes(method)) {
    return { status: 405, message: "only GET", headers: { Allow: "GET, HEAD" } };
  }
  if ("transfer-encoding" in headers || Number(headers["content-length"] ?? 0) > 0) {
    return { status: 400, message: "a body is not expected here" };
  }
  return undefined;
}

/** Closes the connection, because a client certificate is only checked when a connection is opened. */
function strangerRefusal(message: string): HttpRefusal {
  return { status: 403, message, headers: { Connection: "close" } };
}

function typeRefusal({ headers }: IncomingMessage): HttpRefusal | undefined {
  if (!JSON_TYPE.test(headers["content-type"] ?? "")) {
    return { status: 415, message: "the body must be application/json, in UTF-8" };
  }
  if (headers["content-encoding"] !== undefined) {
    return { status: 415, message: "the body must not have a Content-Encoding" };
  }
  return undefined;
}

function sizeRefusal({ headers }: IncomingMessage): HttpRefusal | undefined {
  return Number(headers["content-length"] ?? 0) > LARGEST_BODY ? tooLarge() : undefined;
}

function pathOf(url = ""): string {
  const [path = ""] = url.split("?", 1);
  return path;
}

/** Takes the same time for every guess, regardless of its length and similarity. */
function isOneOf(guess: string, secrets: readonly string[]): boolean {
  const digest = digestOf(guess);
  return secrets.filter(secret => timingSafeEqual(digest, digestOf(secret))).length > 0;
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
