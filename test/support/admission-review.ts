/** Sends AdmissionReviews over HTTPS, as the API server does. */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Agent, request } from "node:https";

import type { StatusCause } from "../../rules/admission/causes";
import type { AdmissionCase } from "../fixtures/admission-case";

/** Address of a webhook, and how to call it. */
export interface WebhookAddress {
  host: string;
  port: number;
  /** PEM of the CA that the webhook configurations trust. */
  ca: string;
  /** The secret part of Pepr's paths. */
  apiPath: string;
}

/** An HTTP response. */
export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Local port of the connection: equal ports mean the same connection. */
  localPort: number;
}

/** The response part of an AdmissionReview. */
export interface ReviewResponse {
  uid: string;
  allowed: boolean;
  status?: { code: number; message: string; details?: { causes: StatusCause[] } };
  patch?: string;
  patchType?: string;
  warnings?: string[];
}

/** Calls one webhook over one persistent connection. */
export class WebhookClient {
  readonly #agent: Agent;

  constructor(readonly address: WebhookAddress) {
    const servername = "pepr-gmsa.pepr-system.svc";
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, ca: address.ca, servername });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Sends a body unchanged. */
  post(path: string, body: string | Buffer): Promise<HttpAnswer> {
    const { host, port } = this.address;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          agent: this.#agent,
          host,
          port,
          path,
          method: "POST",
          headers: { "content-type": "application/json" },
        },
        incoming => {
          const chunks: Buffer[] = [];
          const localPort = incoming.socket.localPort ?? 0;
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("error", reject);
          incoming.on("end", () => {
            const { statusCode: status = 0, headers } = incoming;
            resolve({ status, headers, body: Buffer.concat(chunks).toString(), localPort });
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  async review(webhook: "mutate" | "validate", review: unknown): Promise<ReviewResponse> {
    const { status, body } = await this.post(
      `/${webhook}/${this.address.apiPath}`,
      JSON.stringify(review),
    );
    if (status !== 200) {
      throw new Error(`${webhook} answered ${status}: ${body}`);
    }
    return (JSON.parse(body) as { response: ReviewResponse }).response;
  }
}

/** A write of an object that is not a Pod. */
export interface ObjectWrite {
  /** Plural resource name, such as "deployments". */
  resource: string;
  /** The object after the write; absent for a deletion. */
  object?: WrittenObject;
  /** The object before the write; absent for a creation. */
  oldObject?: WrittenObject;
}

/** The parts of an object that its AdmissionReview repeats. */
interface WrittenObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** An AdmissionReview; tests read only the request's uid. */
interface SentReview {
  request: { uid: string; [field: string]: unknown };
  [field: string]: unknown;
}

/** The AdmissionReview of a write, in the form that a real API server sends. */
export function reviewOfWrite({ resource, object, oldObject }: ObjectWrite): SentReview {
  const written = object ?? oldObject;
  if (written === undefined) throw new Error("a write has an object, before or after it");
  const [version = "", group = ""] = written.apiVersion.split("/").reverse();
  const kind = { group, version, kind: written.kind };
  const operation = object === undefined ? "DELETE" : oldObject === undefined ? "CREATE" : "UPDATE";
  return {
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid: randomUUID(),
      kind,
      resource: { group, version, resource },
      requestKind: kind,
      requestResource: { group, version, resource },
      name: written.metadata.name,
      namespace: written.metadata.namespace,
      operation,
      userInfo: { username: "kubernetes-admin", groups: ["system:masters"] },
      object: object ?? null,
      oldObject: oldObject ?? null,
      dryRun: false,
      options: null,
    },
  };
}

/** The AdmissionReview of a case, in the form that a real API server sends. */
export function reviewOf(
  { pod, oldPod }: Pick<AdmissionCase, "pod" | "oldPod">,
  { dryRun = false }: { dryRun?: boolean } = {},
): SentReview {
  const isEphemeral = oldPod !== undefined && pod.spec.ephemeralContainers !== undefined;
  const review = reviewOfWrite({
    resource: "pods",
    object: { kind: "Pod", apiVersion: "v1", ...pod },
    oldObject: oldPod && { kind: "Pod", apiVersion: "v1", ...oldPod },
  });
  const subResource = isEphemeral ? { subResource: "ephemeralcontainers" } : {};
  return { ...review, request: { ...review.request, ...subResource, dryRun } };
}
