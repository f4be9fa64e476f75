import { pluralize } from "../../../rules/text";
import type { ObjectDifference } from "../../manifests/installation/installation";
import { APPLY, check, fail, unlessWrong } from "../report/check";
import { observeObjects, type Judged } from "./shipped-objects";

/** What is missing or other than shipped has these consequences; the rest is told without one. */
const CONSEQUENCES: readonly (readonly [RegExp, string])[] = [
  [/^ServiceAccount\/pepr-gmsa$/, "its Pods lose their token, and GMSA Pods are refused"],
  [/^ServiceAccount\/.*certificates$/, "nobody renews the certificate"],
  [/^Secret\/pepr-gmsa-module/, "no replica can start again"],
  [/^Secret\//, "replicas cannot start without it"],
  [/^CustomResourceDefinition\/peprstores/, "no replica becomes ready again"],
  [/^RoleBinding\/pepr-gmsa-store|^Role\/pepr-gmsa-store/, "no replica becomes ready again"],
  [/^NetworkPolicy\//, "other connections to and from the Pods are allowed than shipped"],
  [/^Namespace\//, "other Pods than those of the restricted level may run beside the webhook"],
  [/^PodDisruptionBudget\//, "a drain may take all replicas at once"],
  [/^ResourceQuota\//, "some clusters refuse the Pods without it"],
];

/** What nothing depends on at once. */
const ONLY_WARNS =
  /^(PodDisruptionBudget|ResourceQuota|Namespace|CustomResourceDefinition)\/|^ClusterRole\/gmsacredentialspecs-viewer/;
/** More than this is no accident of single objects. */
const MOST_MISSING = 12;

const OTHER_CHECKS =
  /WebhookConfiguration\/|^ValidatingAdmissionPolic|^CustomResourceDefinition\/gmsa|^Service\/|^Deployment\//;

/** Every other object of the installation is there, and as shipped. */
export const objects = check({
  name: "objects",
  title: "every object of the installation is there, and as shipped",
  needs: ["installed"],
  judge({ installed }) {
    const observed = observeObjects(
      installed,
      ({ object, path }) => path !== "" || !/WebhookConf|AdmissionPolic/.test(object),
      judge,
    );
    const missing = observed.filter(({ message }) => message.includes(" is missing"));
    const there = Object.keys(installed.objects).length;
    if (missing.length > MOST_MISSING) {
      const problem = `${pluralize(missing.length, "object")} of the installation are missing`;
      return [fail(problem, APPLY)];
    }
    return unlessWrong(
      observed,
      `${pluralize(there, "object")} of the installation are as shipped`,
    );
  },
});

function judge({ object, difference }: ObjectDifference): Judged | undefined {
  // Other checks look at the first, and miss the second and say what follows.
  if (/WebhookConfiguration\/|^ValidatingAdmissionPolicy/.test(object)) return undefined;
  if (difference === undefined) {
    return OTHER_CHECKS.test(object) ? undefined : ofMissing(object);
  }
  const consequence = /^(NetworkPolicy|Namespace)/.test(object) ? consequenceOf(object) : "";
  return { level: ONLY_WARNS.test(object) ? "warn" : "fail", consequence };
}

function ofMissing(object: string): Judged {
  const isCrd = object.startsWith("CustomResourceDefinition/");
  return {
    level: ONLY_WARNS.test(object) && !isCrd ? "warn" : "fail",
    consequence: consequenceOf(object),
    ...(object === "ServiceAccount/pepr-gmsa" ? { effect: "refused" } : {}),
  };
}

function consequenceOf(object: string): string {
  return CONSEQUENCES.find(([pattern]) => pattern.test(object))?.[1] ?? "";
}
