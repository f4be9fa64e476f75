/** The answers of the rules in rules/ for a case. */
import type { CredspecObject } from "../../rules/admission/credspec-write";
import { judgeCredspec } from "../../rules/admission/credspec-write";
import { namesToInline } from "../../rules/admission/mutate";
import { validate, type PodReview } from "../../rules/admission/validate";
import { podWarnings } from "../../rules/admission/warnings";
import type { ObjectLike } from "../../rules/object";
import { giveHelpers } from "../../rules/opt-in/apply";
import { gmsaAnnotationsOf } from "../../rules/pod/alpha-annotations";
import { checkPod } from "../../rules/pod/checks/check-pod";
import { chooseHelpers } from "../../rules/pod/opt-in-annotations";
import { viewOf } from "../../rules/pod/view";
import { controllerOf, gmsaPlacesOf, type PodLike } from "../../rules/pod/windows-options";
import { podTemplatesOf } from "../../rules/workload/pod-template";
import type { Case, Slice } from "./world";

/** Questions for the rules: is there GMSA; is there anything to inline, to refuse, or to warn about. */
export const QUESTIONS = ["hasGmsa", "mutates", "validates", "warns"] as const;
export type Question = (typeof QUESTIONS)[number];
type Answers<T extends unknown[]> = Readonly<Record<Question, (...of: T) => boolean>>;

/** No credential spec has been looked up, so a Pod that names one cannot be allowed. */
const UNASKED = new Map<string, never>();
const NO_DEFAULTS = { secureChannel: false, randomHostname: false };
const ACCOUNT = { namespace: "shop", name: "default" };

const ofReview: Answers<[PodReview]> = {
  hasGmsa: ({ pod, oldPod }) => hasGmsa(pod) || (oldPod !== undefined && hasGmsa(oldPod)),
  mutates: review =>
    namesToInline(review).length > 0 || (isHelped(review) && gmsaPlacesOf(review.pod).length > 0),
  validates: review => validate(review, UNASKED).length > 0,
  warns: review => podWarnings(review).length > 0,
};

function hasGmsa(pod: PodLike): boolean {
  return gmsaPlacesOf(pod).length > 0 || gmsaAnnotationsOf(pod).length > 0;
}

/** Whether the Pod would be changed by the helpers in capabilities/opt-in.ts. */
function isHelped({ pod, oldPod }: PodReview): boolean {
  const annotations = pod.metadata?.annotations ?? undefined;
  if (oldPod !== undefined || annotations === undefined) return false;
  const helped = structuredClone(pod);
  giveHelpers(helped, chooseHelpers(annotations, {}, NO_DEFAULTS));
  return JSON.stringify(helped) !== JSON.stringify(pod);
}

/**
 * Like the webhook for workloads: ignores writes by controllers, and updates without a change of
 * the spec.
 */
const ofWorkload: Answers<[Case]> = {
  hasGmsa: ({ object, oldObject }) =>
    [object, oldObject].some(each => each !== undefined && templatesOf(each).some(hasGmsa)),
  mutates: () => false,
  validates: each =>
    newTemplatesOf(each).some(
      pod => validate({ pod, serviceAccount: ACCOUNT }, UNASKED).length > 0,
    ),
  warns: each =>
    newTemplatesOf(each).some(pod => checkPod(pod).some(({ level }) => level !== "information")),
};

function templatesOf(workload: ObjectLike): PodLike[] {
  return podTemplatesOf(workload).map(({ pod }) => pod);
}

function newTemplatesOf({ object, oldObject }: Case): PodLike[] {
  const isNew = JSON.stringify(object) !== JSON.stringify(oldObject);
  return object !== undefined && isNew && controllerOf(object) === undefined
    ? templatesOf(object)
    : [];
}

/** Every credential spec is GMSA, and every deletion matters. */
const ofCredspec: Answers<[Case]> = {
  hasGmsa: () => true,
  mutates: () => false,
  validates: ({ object, oldObject }) =>
    object === undefined ||
    judgeCredspec(object as CredspecObject, oldObject as CredspecObject | undefined).refusals
      .length > 0,
  warns: () => false,
};

const views = new WeakMap<PodLike, PodLike>();

/** The same object occurs in many cases. */
function viewOnce(pod: PodLike): PodLike {
  const view = views.get(pod) ?? viewOf(pod);
  views.set(pod, view);
  return view;
}

/**
 * Applies a question to the view of the Pod that the webhook passes to the rules, and to the
 * original Pod.
 */
function askOfPod(
  question: Question,
  { object = {} as ObjectLike, oldObject }: Case,
  asWritten: boolean,
): boolean {
  const pod: PodLike = object;
  const oldPod: PodLike | undefined = oldObject;
  const seen = ofReview[question]({
    pod: viewOnce(pod),
    oldPod: oldPod && viewOnce(oldPod),
    serviceAccount: ACCOUNT,
  });
  if (asWritten && ofReview[question]({ pod, oldPod, serviceAccount: ACCOUNT }) !== seen) {
    throw new Error(`${question}: ${seen} of the view, and not of the Pod as it is written`);
  }
  return seen;
}

/** Each throws if the rules do. For Pods, one variant applies the rules to the view only. */
export const asks = Object.fromEntries(
  QUESTIONS.map(question => [
    question,
    ({ kind }: Slice, each: Case, asWritten = true) => {
      if (kind === "Pod") return askOfPod(question, each, asWritten);
      return (kind === "GMSACredentialSpec" ? ofCredspec : ofWorkload)[question](each);
    },
  ]),
) as Answers<[slice: Slice, each: Case, asWritten?: boolean]>;
