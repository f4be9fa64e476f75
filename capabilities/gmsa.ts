/** Binds the GMSA rules to Pepr. */
import { Capability, a, type PeprMutateRequest, type PeprValidateRequest } from "pepr";

import { auditedCredspecs, auditedRefusal } from "../telemetry/audit";
import { describeRefusal } from "../telemetry/refusal-log";
import { findDenials, findInlinings } from "../rules/admission/review";
import { causesOf, MOST_OF_REFUSAL } from "../rules/admission/causes";
import { sentence } from "../rules/problem";
import { sentencesWithin } from "../rules/text";
import { answerNotes } from "./answer-notes";
import { timeForRules } from "./answer-time";
import { bindEarlyWarnings } from "./early-warnings";
import { withDeadline } from "../kube/deadline";
import { kubectlWarnings, podWarnings } from "../rules/admission/warnings";
import { surroundingsOf, type Surroundings } from "./surroundings";
import type { PodReview } from "../rules/admission/validate";
import type { PodLike } from "../rules/pod/windows-options";

const FORBIDDEN = 403;
const INTERNAL_ERROR = 500;

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
      // Must come before the rules change the Pod.
      const auditAnnotations = auditedCredspecs(review.pod);
      if (auditAnnotations !== undefined)
        answerNotes.add(request.Request.uid, { auditAnnotations });
      const [, inlinings] = await inTime(
        request.Request,
        Promise.all([helper().help(review, request.Request.uid), findInlinings(cluster(), review)]),
      );
      for (const { place, contents } of inlinings) {
        place.options.gmsaCredentialSpec = contents;
      }
      ended([]);
    } catch (error) {
      ended("failed");
      // If this were thrown, the user would see a refusal "without explanation". Validation refuses a
      // name without contents, with an explanation.
      log.error({ err: error, uid: request.Request.uid }, "Contents could not be inlined");
    }
  })
  .Validate(async request => {
    const { cluster, metrics, log } = surroundingsOf(request.Request);
    const ended = metrics.admission("validate", request.Request.operation);
    try {
      const review = reviewOf(request);
      const denials = await inTime(request.Request, findDenials(cluster(), review));
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

/** @throws Error if the questions to the cluster take longer than this review has time for. */
async function inTime<Answer>(request: object, answer: Promise<Answer>): Promise<Answer> {
  const answered = await withDeadline(timeForRules(request), answer);
  if (answered === undefined) throw new Error("the API server did not answer in time");
  return answered;
}

// At build time, Pepr generates its webhook from the bindings, and that webhook blocks all matching
// objects while the webhook is down. So these bindings are left out of the build.
if (process.env.PEPR_MODE !== "build") {
  bindEarlyWarnings(Gmsa);
}

/** Refuses the Pod if the check fails, because no Pod is admitted unchecked. */
function unchecked(request: PeprValidateRequest<a.Pod>): ReturnType<typeof request.Deny> {
  const { uid } = request.Request;
  const problem = "the GMSA settings could not be checked, and no Pod is admitted unchecked";
  const remedy = `See the log of pepr-gmsa (request ${uid}).`;
  const places = [{ path: [], text: "" }];
  const causes = causesOf([{ level: "error", reason: "cluster failed", places, problem, remedy }]);
  answerNotes.add(uid, { refusal: { code: INTERNAL_ERROR, causes } });
  return request.Deny(sentence({ problem, remedy }));
}

/** Returns warnings. If that fails, there are none, and the Pod is admitted. */
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
    // Pepr's types say that it is absent, but the API server sends null for a new Pod.
    oldPod: request.OldResource ?? undefined,
    serviceAccount: {
      // The namespace of the request, because a Pod that a controller creates does not name one.
      namespace: request.Request.namespace ?? "",
      // The admission plugin ServiceAccount fills it in. If that is disabled, kubelets use `default`.
      name: pod.spec?.serviceAccountName ?? "default",
    },
  };
}
