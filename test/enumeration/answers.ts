/** What the rules in rules/ say of a case, as one byte: the Go program reads it. */
import type { CredspecObject } from "../../rules/admission/credspec-write";
import { judgeCredspec } from "../../rules/admission/credspec-write";
import { namesToInline } from "../../rules/admission/mutate";
import { validate, type PodReview } from "../../rules/admission/validate";
import { podWarnings } from "../../rules/admission/warnings";
import { chooseHelpers } from "../../rules/pod/opt-in-annotations";
import { giveHelpers } from "../../rules/opt-in/apply";
import { checkPod } from "../../rules/pod/checks/check-pod";
import { viewOf } from "../../rules/pod/view";
import { gmsaPlacesOf, type PodLike } from "../../rules/pod/windows-options";
import { controllerOf } from "../../rules/pod/windows-options";
import { podTemplateOf } from "../../rules/workload/pod-template";
import type { Case, Slice } from "./world";

/** The bits of an answer. */
export const ANSWER = { validates: 1, mutates: 2, hasGmsa: 4, warns: 8 } as const;

/** Nobody has been asked about any credspec: what names one cannot be allowed. */
const UNASKED = new Map<string, never>();
const NO_DEFAULTS = { secureChannel: false, randomHostname: false };

/** @throws if the rules do. */
export function answerOf({ kind }: Slice, { object, oldObject }: Case): number {
  if (kind === "Pod") return answerOfPod(object ?? {}, oldObject);
  return kind === "GMSACredentialSpec"
    ? answerOfCredspec(
        object as CredspecObject | undefined,
        oldObject as CredspecObject | undefined,
      )
    : answerOfWorkload({ object, oldObject });
}

function bits(answer: Record<keyof typeof ANSWER, boolean>): number {
  return (Object.keys(ANSWER) as (keyof typeof ANSWER)[]).reduce(
    (sum, name) => sum + (answer[name] ? ANSWER[name] : 0),
    0,
  );
}

const views = new WeakMap<PodLike, PodLike>();

/** One object is in many cases. */
function viewOnce(pod: PodLike): PodLike {
  const view = views.get(pod) ?? viewOf(pod);
  views.set(pod, view);
  return view;
}

/** Of the Pod as it is written, and of the view of it that the webhook hands to the rules. */
function answerOfPod(pod: PodLike, oldPod: PodLike | undefined): number {
  const written = answerOfReview(pod, oldPod);
  const seen = answerOfReview(viewOnce(pod), oldPod && viewOnce(oldPod));
  if (written !== seen) throw new Error(`the view changes the answer from ${written} to ${seen}`);
  return written;
}

function answerOfReview(pod: PodLike, oldPod: PodLike | undefined): number {
  const review: PodReview = { pod, oldPod, serviceAccount: { namespace: "shop", name: "default" } };
  const hasGmsa = gmsaPlacesOf(pod).length > 0;
  return bits({
    validates: validate(review, UNASKED).length > 0,
    mutates: namesToInline(review).length > 0 || (hasGmsa && isHelped(review)),
    hasGmsa: hasGmsa || (oldPod !== undefined && gmsaPlacesOf(oldPod).length > 0),
    warns: podWarnings(review).length > 0,
  });
}

/** Whether the Pod would be given something, as capabilities/opt-in.ts gives it. */
function isHelped({ pod, oldPod }: PodReview): boolean {
  const annotations = pod.metadata?.annotations ?? undefined;
  if (oldPod !== undefined || annotations === undefined) return false;
  const helped = structuredClone(pod);
  giveHelpers(helped, chooseHelpers(annotations, {}, NO_DEFAULTS));
  return JSON.stringify(helped) !== JSON.stringify(pod);
}

/** As the webhook for workloads is told: not of what a controller writes, nor without a new spec. */
function answerOfWorkload({ object, oldObject }: Case): number {
  const template = object && podTemplateOf(object);
  const old = oldObject && podTemplateOf(oldObject);
  const review = { pod: template ?? {}, serviceAccount: { namespace: "shop", name: "default" } };
  const concerns =
    template !== undefined && object !== undefined && controllerOf(object as PodLike) === undefined;
  const isNew = JSON.stringify(object) !== JSON.stringify(oldObject);
  return bits({
    validates: concerns && isNew && validate(review, UNASKED).length > 0,
    mutates: false,
    hasGmsa: [template, old].some(each => each !== undefined && gmsaPlacesOf(each).length > 0),
    warns: concerns && isNew && checkPod(template).length > 0,
  });
}

/** Every credspec is GMSA. A deletion is always told of. */
function answerOfCredspec(
  object: CredspecObject | undefined,
  old: CredspecObject | undefined,
): number {
  const refusals = object === undefined ? [] : judgeCredspec(object, old).refusals;
  return bits({
    validates: object === undefined || refusals.length > 0,
    mutates: false,
    hasGmsa: true,
    warns: false,
  });
}
