/** Bodies of requests to the webhooks: reading them within limits, and checking what they are. */
import type { IncomingMessage } from "node:http";
import * as z from "zod/mini";

import { LARGEST_BODY, tooLarge, type HttpRefusal } from "./http-refusal";
import type { CheckedReview } from "./pepr-reviews";

/** Milliseconds for a body to arrive; the API server gives up on a webhook after 10 s. */
export const BODY_DEADLINE_MS = 10_000;

/** A body that is an AdmissionReview, or why it is turned away; nothing if the client has gone. */
export type ReceivedBody =
  | { outcome: "review"; review: CheckedReview }
  | { outcome: "refused"; refusal: HttpRefusal }
  | { outcome: "gone" };

const anObject = z.looseObject({});
const containers = z.nullish(z.array(anObject));
/** What the rules take for granted of an object, whatever its kind. */
const kubernetesObject = z.looseObject({
  metadata: z.nullish(anObject),
  spec: z.nullish(
    z.looseObject({
      containers,
      initContainers: containers,
      ephemeralContainers: containers,
    }),
  ),
});

/** Source: https://pkg.go.dev/k8s.io/api/admission/v1#AdmissionReview */
const admissionReview = z.looseObject({
  apiVersion: z.literal("admission.k8s.io/v1"),
  kind: z.literal("AdmissionReview"),
  request: z
    .looseObject({
      uid: z.string().check(z.minLength(1)),
      kind: z.looseObject({ group: z.string(), version: z.string(), kind: z.string() }),
      operation: z.enum(["CREATE", "UPDATE", "DELETE", "CONNECT"]),
      object: z.nullish(kubernetesObject),
      oldObject: z.nullish(kubernetesObject),
    })
    .check(
      z.refine(({ operation, object }) => operation === "DELETE" || isPresent(object), {
        path: ["object"],
        error: "is missing",
      }),
      z.refine(({ operation, oldObject }) => operation !== "DELETE" || isPresent(oldObject), {
        path: ["oldObject"],
        error: "is missing",
      }),
    ),
});

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Receives the body of a request and checks that it is an AdmissionReview. */
export async function receiveReview(request: IncomingMessage): Promise<ReceivedBody> {
  const body = await receive(request);
  return Buffer.isBuffer(body) ? checkReview(body) : body;
}

/** What this body is. Nothing of it is repeated: it may hold what a Pod carries. */
export function checkReview(body: Buffer): ReceivedBody {
  let review: unknown;
  try {
    review = JSON.parse(body.toString());
  } catch {
    return refused(400, "the body is not JSON");
  }
  const checked = admissionReview.safeParse(review);
  // The review as it was decoded, not the schema's copy of it.
  if (checked.success) return { outcome: "review", review: review as CheckedReview };
  const field = checked.error.issues[0]?.path.join(".") ?? "";
  const where = field === "" ? "" : `: ${field} is missing or wrong`;
  return refused(400, `the body is not an AdmissionReview of admission.k8s.io/v1${where}`);
}

function receive(request: IncomingMessage): Promise<Buffer | ReceivedBody> {
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let length = 0;
    const done = (result: Buffer | ReceivedBody): void => {
      clearTimeout(timer);
      request.removeAllListeners("data");
      resolve(result);
    };
    const timer = setTimeout(() => {
      done(refused(408, `the body did not arrive within ${BODY_DEADLINE_MS / 1000} s`));
    }, BODY_DEADLINE_MS);
    request.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LARGEST_BODY) {
        done({ outcome: "refused", refusal: tooLarge() });
      }
    });
    request.once("end", () => {
      done(Buffer.concat(chunks));
    });
    // The connection has ended, or the parser has met what is no HTTP.
    request.once("close", () => {
      done({ outcome: "gone" });
    });
    request.once("error", () => {
      done({ outcome: "gone" });
    });
  });
}

function refused(status: number, message: string): ReceivedBody {
  return { outcome: "refused", refusal: { status, message } };
}
