/** Pure: sorts an API server's refusal of a Pod into GMSA problems and other causes. */
import { denialReasonOf, type StatusCause } from "../../../rules/admission/causes";
import { remedyFor } from "../../../rules/admission/denial";
import { namespaceExcluded } from "../../../rules/admission/excluded-namespaces";
import { gmsaPlacesOf, problemPlace } from "../../../rules/pod/windows-options";
import { fieldOf, type ProblemPlace } from "../../../rules/problem";
import { SHIPPED_POLICY, SHIPPED_WEBHOOKS } from "../../manifests/shipped";
import type { DryRunPod } from "./dry-run-pod";
import type { DryRunReason, DryRunRefusal, PodUnderTest } from "./pod-under-test";

/** The API server's own wording for a refusal by a webhook. */
const WEBHOOK = SHIPPED_WEBHOOKS.validating.name;
const DENIED = `admission webhook "${WEBHOOK}" denied the request: `;
const UNAVAILABLE = `failed calling webhook "${WEBHOOK}"`;
const POLICY_DENIED = `ValidatingAdmissionPolicy '${SHIPPED_POLICY.metadata.name}'`;

/** An error answer: the HTTP status, and the used fields of the meta/v1 Status. */
export interface ApiError {
  code: number;
  message: string;
  causes: readonly StatusCause[];
}

/** Why the Pod is not admitted, with the names that the user knows. */
export function refusalsOf(error: ApiError, pod: PodUnderTest, sent: DryRunPod): DryRunRefusal[] {
  const message = sent.inOwnWords(error.message);
  if (message.startsWith(DENIED)) {
    const refusals = webhookRefusals(error.causes, pod, sent);
    return refusals.length > 0
      ? refusals
      : [ofWholePod(pod, "cluster failed", message.slice(DENIED.length), "")];
  }
  if (message.includes(POLICY_DENIED)) return [namespaceExcluded(pod.namespace, pod.pod)];
  if (message.includes(UNAVAILABLE)) {
    const remedy = "No replica of the webhook answers. Run `gmsa doctor` to see why.";
    return [ofWholePod(pod, "webhook unavailable", message, remedy)];
  }
  return [{ ...ofWholePod(pod, "not created", message, remedyOf(error)), places: [] }];
}

/** The refusal for an admitted Pod with places that name a credential spec but have no contents. */
export function notChecked(places: readonly ProblemPlace[]): DryRunRefusal {
  return {
    level: "error",
    reason: "not checked",
    places,
    problem: "the Pod would be admitted unchecked: no webhook has filled in the contents",
    remedy:
      "GMSA for Kubernetes is not installed, or its webhook does not receive this Pod. Run `gmsa doctor` to see why.",
  };
}

function ofWholePod(
  { pod }: PodUnderTest,
  reason: DryRunReason,
  problem: string,
  remedy: string,
): DryRunRefusal {
  const places = gmsaPlacesOf(pod).map(place => problemPlace(place, "gmsaCredentialSpecName"));
  return { level: "error", reason, places, problem, remedy };
}

/**
 * Parses the problems that the webhook sends as causes. A cause without a message is an additional place of
 * the previous problem.
 */
function webhookRefusals(
  causes: readonly StatusCause[],
  pod: PodUnderTest,
  sent: DryRunPod,
): DryRunRefusal[] {
  const named = placesByField(pod, sent);
  const found: (DryRunRefusal & { places: ProblemPlace[] })[] = [];
  for (const cause of causes) {
    const reason = denialReasonOf(cause);
    const place = named.get(cause.field);
    const places = place === undefined ? [] : [place.place];
    if (cause.message === "") {
      found.at(-1)?.places.push(...places);
    } else if (reason !== undefined) {
      const account = { namespace: pod.namespace, name: pod.serviceAccount };
      const about = { credspec: place?.credspec, account };
      const problem = sent.inOwnWords(cause.message);
      const remedy = remedyFor(reason, about);
      found.push({ level: "error", reason, places, ...about, problem, remedy });
    }
  }
  return found;
}

interface NamedPlace {
  place: ProblemPlace;
  credspec: string;
}

/** The places of the tested Pod, by the fields of the Pod that was sent. Both have the same order. */
function placesByField({ pod }: PodUnderTest, { body }: DryRunPod): Map<string, NamedPlace> {
  const own = gmsaPlacesOf(pod);
  return new Map(
    gmsaPlacesOf(body).flatMap((sentPlace, index) =>
      (["gmsaCredentialSpecName", "gmsaCredentialSpec"] as const).flatMap(
        (option): [string, NamedPlace][] => {
          const place = own[index];
          if (place === undefined) return [];
          const field = fieldOf(problemPlace(sentPlace, option).path);
          return [[field, { place: problemPlace(place, option), credspec: place.credspecName }]];
        },
      ),
    ),
  );
}

function remedyOf({ code, message }: ApiError): string {
  if (/^namespaces "[^"]*" not found$/.test(message)) return "Create the namespace first.";
  if (message.includes("error looking up service account")) {
    return "Create the service account first.";
  }
  if (code === 403 && message.startsWith("pods is forbidden: User ")) {
    return "A dry run needs the right to create Pods. Ask for this right, or use a --context that has it.";
  }
  return "The reason has nothing to do with GMSA.";
}
