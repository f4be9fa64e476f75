/** Requests that are not AdmissionReviews, each with its expected status and message. */
import { credspecObject } from "../../testbed/objects/credspec-object";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { reviewOf, reviewOfWrite } from "../support/admission-review";
import type { WebhookAddress } from "../support/admission-review";
import { sendRaw } from "./raw-https";
import type { RawAnswer } from "./raw-https";

/** A namespace without any grants. */
export const NAMESPACE = "gmsa-malformed";
/** Text that stands for the contents of a Pod; it must not appear in answers or logs. */
export const SECRET = "hidden-environment";
export const MIB = 1024 * 1024;

/** A valid review. */
export const good = reviewOf({ pod: podOf(NAMESPACE, "good", { credspec: "webapp1" }) });

/** Another valid review. */
const deletion = reviewOfWrite({
  resource: "gmsacredentialspecs",
  oldObject: credspecObject("webapp1", validCredspec()),
});

/** The differences of a request from a valid one. */
export interface Request {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Sends a request with the correct content length, unless the headers override it. */
export function send(
  address: WebhookAddress,
  { method = "POST", path, headers = {}, body = "" }: Request,
): Promise<RawAnswer> {
  const bytes = Buffer.from(body);
  const all: Record<string, string> = {
    host: "pepr-gmsa.pepr-system.svc",
    "content-type": "application/json",
    ...("transfer-encoding" in headers ? {} : { "content-length": String(bytes.length) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const target = path ?? `/validate/${address.apiPath}`;
  return sendRaw(address, [`${method} ${target} HTTP/1.1`, ...lines, "", ""].join("\r\n"), bytes);
}

/** The valid review with other fields; undefined omits a field. */
export function reviewWith(fields: object, requestFields: object = {}): string {
  return JSON.stringify({ ...good, request: { ...good.request, ...requestFields }, ...fields });
}

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
}

/** A request and its expected answer. */
export interface Case extends Request {
  what: string;
  status: number;
  says: string;
}

/** Bodies sent to the correct path. */
export const bodies: Case[] = [
  { what: "no body", body: "", status: 400, says: "not JSON" },
  { what: "bad JSON", body: `{"password":"${SECRET}",}`, status: 400, says: "not JSON" },
  { what: "half of a review", body: reviewWith({}).slice(0, -40), status: 400, says: "not JSON" },
  { what: "bytes that are no text", body: Buffer.alloc(4096, 0xff), status: 400, says: "not JSON" },
  { what: "a JSON string", body: '"review"', status: 400, says: "AdmissionReview" },
  { what: "a JSON list", body: "[]", status: 400, says: "AdmissionReview" },
  { what: "null", body: "null", status: 400, says: "AdmissionReview" },
  { what: "an empty object", body: "{}", status: 400, says: "AdmissionReview" },
  { what: "another kind", body: reviewWith({ kind: "Pod" }), status: 400, says: "kind" },
  {
    what: "another version",
    body: reviewWith({ apiVersion: "admission.k8s.io/v1beta1" }),
    status: 400,
    says: "apiVersion",
  },
  { what: "no request", body: reviewWith({ request: undefined }), status: 400, says: "request" },
  {
    what: "a request that is null",
    body: reviewWith({ request: null }),
    status: 400,
    says: "request",
  },
  {
    what: "a request that is a list",
    body: reviewWith({ request: [] }),
    status: 400,
    says: "request",
  },
  { what: "no uid", body: reviewWith({}, { uid: undefined }), status: 400, says: "request.uid" },
  {
    what: "a uid that is an object",
    body: reviewWith({}, { uid: { toString: SECRET } }),
    status: 400,
    says: "request.uid",
  },
  {
    what: "no kind of object",
    body: reviewWith({}, { kind: null }),
    status: 400,
    says: "request.kind",
  },
  {
    what: "an unknown operation",
    body: reviewWith({}, { operation: "EXPLODE" }),
    status: 400,
    says: "request.operation",
  },
  {
    what: "no operation",
    body: reviewWith({}, { operation: undefined }),
    status: 400,
    says: "request.operation",
  },
  {
    what: "no object",
    body: reviewWith({}, { object: undefined }),
    status: 400,
    says: "request.object",
  },
  {
    what: "an object that is null",
    body: reviewWith({}, { object: null }),
    status: 400,
    says: "request.object",
  },
  {
    what: "an object that is text",
    body: reviewWith({}, { object: SECRET }),
    status: 400,
    says: "request.object",
  },
  {
    what: "a delete without the object that is deleted",
    body: JSON.stringify({ ...deletion, request: { ...deletion.request, oldObject: null } }),
    status: 400,
    says: "request.oldObject",
  },
  {
    what: "a delete of a Pod, which nobody asks about",
    body: reviewWith({}, { operation: "DELETE", object: null, oldObject: good.request.object }),
    status: 400,
    says: "request.operation",
  },
  {
    what: "a Pod whose containers are no list",
    body: reviewWith({}, { object: { spec: { containers: SECRET } } }),
    status: 400,
    says: "request.object",
  },
  {
    what: "a Pod with a container that is null",
    body: reviewWith({}, { object: { spec: { containers: [null] } } }),
    status: 400,
    says: "request.object",
  },
  {
    what: "JSON that is nested 100,000 deep",
    body: nested(100_000),
    status: 413,
    says: "levels deep",
  },
];

/** Requests with an invalid request line or headers, or of too large a size. */
export const requests: Case[] = [
  {
    what: "a body that is said to be too large",
    headers: { "content-length": String(100 * MIB) },
    status: 413,
    says: "larger than",
  },
  { what: "33 MB", body: Buffer.alloc(33 * MIB, " "), status: 413, says: "larger than" },
  {
    what: "33 MB in chunks, of unsaid length",
    headers: { "transfer-encoding": "chunked" },
    body: `${(33 * MIB).toString(16)}\r\n${" ".repeat(33 * MIB)}\r\n0\r\n\r\n`,
    status: 413,
    says: "larger than",
  },
  {
    what: "text",
    headers: { "content-type": "text/plain" },
    body: "{}",
    status: 415,
    says: "application/json",
  },
  {
    what: "a form",
    headers: { "content-type": "multipart/form-data" },
    body: "{}",
    status: 415,
    says: "application/json",
  },
  {
    what: "another charset",
    headers: { "content-type": "application/json; charset=utf-16" },
    body: "{}",
    status: 415,
    says: "application/json",
  },
  {
    what: "a compressed body",
    headers: { "content-encoding": "gzip" },
    body: "{}",
    status: 415,
    says: "Content-Encoding",
  },
  { what: "GET", method: "GET", status: 405, says: "POST" },
  { what: "PUT", method: "PUT", body: "{}", status: 405, says: "POST" },
  { what: "DELETE", method: "DELETE", status: 405, says: "POST" },
  { what: "a POST to a probe", path: "/healthz", body: "{}", status: 405, says: "GET" },
  { what: "an unknown path", path: "/", body: "{bad", status: 404, says: "not found" },
  { what: "another webhook", path: "/admit/guess", body: "{bad", status: 404, says: "not found" },
  {
    what: "a rehearsal, which only the replica itself holds, and before it is ready",
    path: "/validate/rehearsal",
    headers: { "gmsa-rehearsal": "00".repeat(32) },
    body: "{bad",
    status: 401,
    says: "path",
  },
  { what: "a broken escape", path: "/validate/%E0%A4%A", body: "{bad", status: 401, says: "path" },
  {
    what: "a path that was guessed",
    path: "/validate/guess",
    body: "{bad",
    status: 401,
    says: "path",
  },
  { what: "no path", path: "/mutate/", body: "{bad", status: 404, says: "not found" },
  {
    what: "an address as target",
    path: "https://x.test/validate/guess",
    status: 404,
    says: "not found",
  },
  {
    what: "64 KB of headers",
    headers: { "x-long": "h".repeat(64 * 1024) },
    body: "{}",
    status: 431,
    says: "",
  },
  { what: "two lengths", headers: { "content-length": "5, 6" }, body: "{}", status: 400, says: "" },
  {
    what: "a length and chunks",
    headers: { "transfer-encoding": "chunked", "Content-Length": "4" },
    body: "0\r\n\r\n",
    status: 400,
    says: "",
  },
];
