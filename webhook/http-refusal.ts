/** Requests that are turned away by their first lines alone, before any of their body is read. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";

import type { ClientCertificates } from "./client-certificates";

/** Why a request goes no further: a status and a sentence for whoever sent it. */
export interface HttpRefusal {
  status: number;
  message: string;
  headers?: Record<string, string>;
}

/**
 * The largest body, in bytes. An API server takes requests of 3 MiB, and Go's JSON makes up to six times
 * as much of them; an update carries the object before as well, of 1.5 MiB at most in etcd. Little of
 * it is kept (webhook/kept-fields.ts).
 */
export const LARGEST_BODY = 32 * 1024 * 1024;

const METRICS = "/metrics";
const PROBES = ["/readyz", "/healthz", METRICS];
const WEBHOOK = /^\/(?:mutate|validate)\/([^/]+)$/;
const JSON_TYPE = /^application\/json\s*(?:;\s*charset=(?:utf-8|"utf-8")\s*)?$/i;

/** Whether the path is one that the kubelet or Prometheus asks for. */
export function isProbe(url: string | undefined): boolean {
  return PROBES.includes(pathOf(url));
}

/** Whom the webhooks answer. */
export interface Callers {
  /** The secret parts of the paths that are answered. */
  paths: readonly string[];
  /** Undefined where nobody needs a certificate. */
  clients: ClientCertificates | undefined;
}

/** Why this request is turned away, if it is. */
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

/** The refusal of a body that is larger than what an API server can send. */
export function tooLarge(): HttpRefusal {
  return { status: 413, message: `the body is larger than ${LARGEST_BODY} bytes` };
}

function probeRefusal(
  { method = "", headers, url, socket }: IncomingMessage,
  clients: ClientCertificates | undefined,
): HttpRefusal | undefined {
  // The kubelet has no certificate; Prometheus can be given one, of any name.
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

/** A connection is judged when it is made, so the next request needs another one. */
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

/** Takes as long for every guess, of whatever length and however near. */
function isOneOf(guess: string, secrets: readonly string[]): boolean {
  const digest = digestOf(guess);
  return secrets.filter(secret => timingSafeEqual(digest, digestOf(secret))).length > 0;
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
