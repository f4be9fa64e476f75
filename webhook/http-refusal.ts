/** Requests that are turned away by their first lines alone, before any of their body is read. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Why a request goes no further: a status and a sentence for whoever sent it. */
export interface HttpRefusal {
  status: number;
  message: string;
  headers?: Record<string, string>;
}

/**
 * The largest body, in bytes. Above Pepr's 2 MB: a Pod may have 1.5 MiB in etcd, an update carries
 * it twice, and JSON escapes make it longer. Whoever may send so much knows the path.
 */
export const LARGEST_BODY = 8 * 1024 * 1024;

const PROBES = ["/readyz", "/healthz", "/metrics"];
const WEBHOOK = /^\/(?:mutate|validate)\/([^/]+)$/;
const JSON_TYPE = /^application\/json\s*(?:;\s*charset=(?:utf-8|"utf-8")\s*)?$/i;

/** Whether the path is one that the kubelet or Prometheus asks for. */
export function isProbe(url: string | undefined): boolean {
  return PROBES.includes(pathOf(url));
}

/**
 * Why this request is turned away, if it is.
 *
 * @param apiPath the secret part of the webhooks' paths; without it, none is answered.
 */
export function refusalOf(
  request: IncomingMessage,
  apiPath: string | undefined,
): HttpRefusal | undefined {
  if (isProbe(request.url)) return probeRefusal(request);
  const secret = WEBHOOK.exec(pathOf(request.url))?.[1];
  if (secret === undefined) return { status: 404, message: "not found" };
  if (apiPath === undefined || !isSame(secret, apiPath)) {
    return { status: 401, message: "this is not the webhooks' path" };
  }
  if (request.method !== "POST") {
    return { status: 405, message: "only POST", headers: { Allow: "POST" } };
  }
  return typeRefusal(request) ?? sizeRefusal(request);
}

/** The refusal of a body that is larger than what an API server can send. */
export function tooLarge(): HttpRefusal {
  return { status: 413, message: `the body is larger than ${LARGEST_BODY} bytes` };
}

function probeRefusal({ method = "", headers }: IncomingMessage): HttpRefusal | undefined {
  if (!["GET", "HEAD"].includes(method)) {
    return { status: 405, message: "only GET", headers: { Allow: "GET, HEAD" } };
  }
  if ("transfer-encoding" in headers || Number(headers["content-length"] ?? 0) > 0) {
    return { status: 400, message: "no body is expected here" };
  }
  return undefined;
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

/** Takes as long for every guess of whatever length. */
function isSame(guess: string, secret: string): boolean {
  return timingSafeEqual(digestOf(guess), digestOf(secret));
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
