/** Pure: what the API server's answer to the creation of a Pod says of GMSA, and what of other things. */
import { SHIPPED_POLICY, SHIPPED_WEBHOOKS } from "../../manifests/shipped";
import { refusalsIn } from "./refusal-text";
import type { DryRunRefusal } from "./pod-under-test";

const WEBHOOK = SHIPPED_WEBHOOKS.validating.name;
const DENIED = `admission webhook "${WEBHOOK}" denied the request: `;
const UNAVAILABLE = `failed calling webhook "${WEBHOOK}"`;
const POLICY = `ValidatingAdmissionPolicy '${SHIPPED_POLICY.metadata.name}'`;
const POLICY_DENIED = "denied request: ";

/** An answer that is an error. */
export interface ApiError {
  /** HTTP status. */
  code: number;
  message: string;
}

/** @param places all places of the Pod with GMSA settings, as describePlace names them. */
export function refusalsOf(error: ApiError, places: readonly string[]): DryRunRefusal[] {
  const { message } = error;
  if (message.startsWith(DENIED)) {
    return webhookRefusals(message.slice(DENIED.length), places);
  }
  if (message.includes(POLICY) && message.includes(POLICY_DENIED)) {
    const sentences = message.slice(message.indexOf(POLICY_DENIED) + POLICY_DENIED.length);
    return [{ reason: "namespace excluded", places, ...split(sentences) }];
  }
  if (message.includes(UNAVAILABLE)) {
    return [
      {
        reason: "webhook unavailable",
        places,
        problem: message,
        remedy: "No replica of the controller answers: gmsa doctor says why.",
      },
    ];
  }
  return [{ reason: "not created", places: [], problem: message, remedy: remedyFor(error) }];
}

/** The Pod was admitted, and places that name a credspec have no contents. */
export function notChecked(places: readonly string[]): DryRunRefusal {
  return {
    reason: "not checked",
    places,
    problem: "the Pod would be admitted unchecked: no webhook has filled in the contents",
    remedy: "GMSA for Kubernetes is not installed, or does not see this Pod: gmsa doctor says why.",
  };
}

function webhookRefusals(message: string, places: readonly string[]): DryRunRefusal[] {
  const refusals = refusalsIn(message);
  // Only what went wrong inside the webhook is worded in another way.
  return refusals.length > 0 ? refusals : [{ reason: "cluster failed", places, ...split(message) }];
}

/** The first sentence, without its full stop, and the rest. */
function split(text: string): { problem: string; remedy: string } {
  const end = text.indexOf(". ");
  return end < 0
    ? { problem: text, remedy: "" }
    : { problem: text.slice(0, end), remedy: text.slice(end + 2) };
}

function remedyFor({ code, message }: ApiError): string {
  if (/^namespaces "[^"]*" not found$/.test(message)) {
    return "Create the namespace first.";
  }
  if (message.includes("error looking up service account")) {
    return "Create the service account first.";
  }
  if (code === 403 && message.startsWith("pods is forbidden: User ")) {
    return "A dry run needs the right to create Pods as well: ask for it, or use a --context that has it.";
  }
  return "This is not about GMSA.";
}
