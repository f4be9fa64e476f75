/** Bindings of the GMSA rules to Pepr, and nothing else. */
import { Capability, a, type PeprMutateRequest, type PeprValidateRequest } from "pepr";

import { auditedCredspecs, auditedRefusal } from "../telemetry/audit";
import { describeRefusal } from "../telemetry/refusal-log";
import { findDenials, findInlinings } from "../rules/admission/review";
import { causesOf, MOST_OF_REFUSAL } from "../rules/admission/causes";
import { sentence } from "../rules/problem";
import { sentencesWithin } from "../rules/text";
import { answerNotes } from "./answer-notes";
import { bindEarlyWarnings } from "./early-warnings";
import { withDeadline } from "../kube/deadline";
import { kubectlWarnings, podWarnings } from "../rules/admission/warnings";
import { surroundingsOf, type Surroundings } from "./surroundings";
import type { PodReview } from "../rules/admission/validate";
import type { PodLike } from "../rules/pod/windows-options";

const FORBIDDEN = 403;
const INTERNAL_ERROR = 500;
/**
 * Milliseconds for what the cluster is asked about one review. With the turn of a large review
 * (webhook/large-reviews.ts) below the webhook's 10 s: whoever waits longer is told the webhook's URL.
 */
const RULES_DEADLINE_MS = 6000;

export const Gmsa = new Capability({
  name: "gmsa",
  description: "Expands and authorises GMSA credential specs of Windows Pods",
});

Gmsa.When(a.Pod)
  .IsCreatedOrUpdated()
  .Mutate(async request => {
    const { cluster, helper, metrics, log } = surroundingsOf(request.Request);
    const ended = metrics.admission("mutate", request.Request.operation);
    try {
      const review = reviewOf(request);
      // Before the rules change it.
      const auditAnnotations = auditedCredspecs(review.pod);
      if (auditAnnotations !== undefined)
        answerNotes.add(request.Request.uid, { auditAnnotations });
      const found = await withDeadline(
        RULES_DEADLINE_MS,
        Promise.all([helper().help(review, request.Request.uid), findInlinings(cluster(), review)]),
      );
      if (found === undefined) throw new Error("the API server did not answer in time");
      const [, inlinings] = found;
      for (const { place, contents } of inlinings) {
        place.options.gmsaCredentialSpec = contents;
      }
      ended([]);
    } catch (error) {
      ended("failed");
      // Thrown on, it would reach the user as a refusal "without explanation". Validation refuses
      // a name without contents, and explains.
      log.error({ err: error, uid: request.Request.uid }, "Contents could not be inlined");
    }
  })
  .Validate(async request => {
    const { cluster, metrics, log } = surroundingsOf(request.Request);
    const ended = metrics.admission("validate", request.Request.operation);
    try {
      const review = reviewOf(request);
      const denials = await withDeadline(RULES_DEADLINE_MS, findDenials(cluster(), review));
      if (denials === undefined) throw new Error("the API server did not answer in time");
      ended(denials);
      if (denials.length === 0)
        return request.Approve(warningsOf(review, request.Request.uid, log));
      const { uid, operation } = request.Request;
      log.warn({ uid, operation, ...describeRefusal(review, denials) }, "Pod refused");
      answerNotes.add(uid, {
        refusal: { code: FORBIDDEN, causes: causesOf(denials) },
        auditAnnotations: auditedRefusal(denials),
      });
      return request.Deny(
        sentencesWithin(denials.map(sentence), { separator: " ", bytes: MOST_OF_REFUSAL }),
      );
    } catch (error) {
      ended("failed");
      log.error({ err: error, uid: request.Request.uid }, "GMSA settings could not be checked");
      return unchecked(request);
    }
  });

// Pepr makes its webhook, under which everything waits for this module, from what is bound at build.
if (process.env.PEPR_MODE !== "build") {
  bindEarlyWarnings(Gmsa);
}

/** Nothing is admitted unchecked, whatever goes wrong in here. */
function unchecked(request: PeprValidateRequest<a.Pod>): ReturnType<typeof request.Deny> {
  const { uid } = request.Request;
  const problem = "the GMSA settings could not be checked, and no Pod is admitted unchecked";
  const remedy = `See the log of pepr-gmsa (request ${uid}).`;
  const places = [{ path: [], text: "" }];
  const causes = causesOf([{ level: "error", reason: "cluster failed", places, problem, remedy }]);
  answerNotes.add(uid, { refusal: { code: INTERNAL_ERROR, causes } });
  return request.Deny(sentence({ problem, remedy }));
}

/** A fault of these keeps nobody from anything. */
function warningsOf(review: PodReview, uid: string, log: Surroundings["log"]): string[] {
  try {
    return kubectlWarnings(podWarnings(review));
  } catch (error) {
    log.error({ err: error, uid }, "No warnings could be given");
    return [];
  }
}

function reviewOf(request: PeprMutateRequest<a.Pod> | PeprValidateRequest<a.Pod>): PodReview {
  const pod: PodLike = request.Raw;
  return {
    pod,
    // Absent in Pepr's types, null in what the API server sends of a new Pod.
    oldPod: request.OldResource ?? undefined,
    serviceAccount: {
      // The request's: a Pod that a controller creates carries no namespace of its own.
      namespace: request.Request.namespace ?? "",
      // The admission plugin ServiceAccount fills it in; where it is off, this is what kubelets use.
      name: pod.spec?.serviceAccountName ?? "default",
    },
  };
}
