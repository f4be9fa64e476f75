import { pluralize } from "../../../rules/text";
import type { InstallationState } from "../../inspect/state";
import type { ObjectDifference } from "../../manifests/installation/comparison";
import { check, fail, unlessWrong, type Observed } from "../report/check";
import { applyAdvice } from "./apply-advice";
import { moduleProblem } from "./module-secret";
import { differencesIn, observeObjects, type Judged } from "./shipped-objects";

const DRY_RUNS_ONLY = /^ValidatingAdmissionPolicy(Binding)?\/gmsa-canary-/;
/** Objects of the component `canary`. */
const CANARY = /gmsa-canary/;

/**
 * The consequences if an object is missing or differs from the shipped one. Other objects are reported
 * without a consequence.
 */
const CONSEQUENCES: readonly (readonly [RegExp, string])[] = [
  [DRY_RUNS_ONLY, "the holder of the canary's token may create Pods there, not only dry runs"],
  [CANARY, "the canary may not notice when GMSA is no longer checked"],
  [/^Secret\/pepr-gmsa-authority$/, "the certificate is not renewed without it"],
  [
    /^ServiceAccount\/pepr-gmsa$/,
    "the token of its Pods becomes invalid, and GMSA Pods are refused",
  ],
  [/^ServiceAccount\/.*certificates$/, "the certificate is not renewed"],
  [/^Secret\/pepr-gmsa-module/, "new replicas cannot start"],
  [/^Secret\//, "replicas cannot start without it"],
  [/^CustomResourceDefinition\/peprstores/, "new replicas do not become ready"],
  [/^RoleBinding\/pepr-gmsa-store|^Role\/pepr-gmsa-store/, "new replicas do not become ready"],
  [/^NetworkPolicy\//, "the allowed connections to and from the Pods are not the shipped ones"],
  [/^PodDisruptionBudget\//, "a drain may evict all replicas at once"],
  [/^ResourceQuota\//, "some clusters refuse the Pods without it"],
];

const CREDSPECS = "CustomResourceDefinition/gmsacredentialspecs.windows.k8s.io";

/** The consequences of differences that are worse than others of the same object. */
const OF_DIFFERENCE: readonly (readonly [object: RegExp, path: RegExp, consequence: string])[] = [
  [
    /^CustomResourceDefinition\/gmsa/,
    /^spec\.conversion\.strategy$/,
    "credential specs of the other version cannot be read while that does not answer",
  ],
];

/** Objects whose absence has no immediate effect. */
const ONLY_WARNS =
  /^(PodDisruptionBudget|ResourceQuota|Namespace|CustomResourceDefinition)\/|^ClusterRole\/gmsacredentialspecs-viewer|\/(gmsa-canary|pepr-gmsa-canary)/;
/** For these objects, a difference has the same consequence as their absence. */
const SAME_CONSEQUENCE = /^(NetworkPolicy|Namespace|ValidatingAdmissionPolicy)/;
/** If more objects are missing, one line stands for all of them. */
const MOST_MISSING = 12;

const OTHER_CHECKS =
  /^CustomResourceDefinition\/gmsa|^Service\/pepr-gmsa$|^Deployment\/pepr-gmsa(-certificates)?$/;
/** Other checks cover every problem of these objects. */
const WHOLLY_OF_OTHERS = /WebhookConfiguration\/|^ValidatingAdmissionPolicy/;

/** Checks that every other object of the installation exists and is as shipped. */
export const objects = check({
  name: "objects",
  title: "every object of the installation exists, and is as shipped",
  needs: ["installed"],
  judge({ installed }) {
    // The objects of a half-removed component do not count here, so that they are listed one by one.
    const missing = differencesIn(installed).filter(
      each =>
        each.difference === undefined &&
        each.component === undefined &&
        isOurs(each.object) &&
        judge(each) !== undefined,
    );
    const there = Object.keys(installed.objects).length;
    if (missing.length > MOST_MISSING) {
      const problem = `${pluralize(missing.length, "object")} of the installation are missing`;
      return [fail(problem, applyAdvice(installed))];
    }
    return unlessWrong(
      [
        ...observeObjects(installed, ({ object }) => isOurs(object), judge),
        ...beingDeleted(installed),
        ...changedModule(installed),
      ],
      `${pluralize(there, "object")} of the installation are as shipped`,
    );
  },
});

function judge({ object, difference }: ObjectDifference): Judged | undefined {
  if (difference === undefined) {
    return OTHER_CHECKS.test(object) ? undefined : ofMissing(object);
  }
  const own = OF_DIFFERENCE.find(
    ([about, path]) => about.test(object) && path.test(difference.path),
  );
  if (own !== undefined) return { level: "fail", consequence: own[2] };
  const consequence = SAME_CONSEQUENCE.test(object) ? consequenceOf(object) : "";
  return { level: levelOf(object), consequence };
}

/** Objects that exist until their finalizers end. */
function beingDeleted(installed: InstallationState["installed"]): Observed[] {
  return Object.entries(installed.objects)
    .sort(([left], [right]) => left.localeCompare(right))
    .flatMap(([object, of]) => {
      const { deletionTimestamp, finalizers = [] } = of?.metadata ?? {};
      if (deletionTimestamp === undefined) return [];
      const waits =
        finalizers.length === 0
          ? ""
          : `, and waits for ${finalizers.length === 1 ? "finalizer" : "finalizers"} ${finalizers.join(", ")}`;
      return [
        fail(
          `${object} is being deleted${waits}: ${whileDeleted(object)}`,
          `A deletion cannot be undone. Wait until the object is gone. ${applyAdvice(installed)}`,
        ),
      ];
    });
}

function changedModule(installed: InstallationState["installed"]): Observed[] {
  return Object.entries(installed.objects).flatMap(([object, of]) => {
    const problem = of === undefined ? undefined : moduleProblem(of);
    return problem === undefined
      ? []
      : [fail(`${object} ${problem}: ${consequenceOf(object)}`, applyAdvice(installed))];
  });
}

function whileDeleted(object: string): string {
  if (object === CREDSPECS) return "every credential spec is deleted with it";
  if (object.startsWith("Namespace/pepr-system")) return "no replica can start again";
  return consequenceOf(object) || "it is missing afterwards";
}

function isOurs(object: string): boolean {
  return DRY_RUNS_ONLY.test(object) || !WHOLLY_OF_OTHERS.test(object);
}

function levelOf(object: string): Judged["level"] {
  return ONLY_WARNS.test(object) && !DRY_RUNS_ONLY.test(object) ? "warn" : "fail";
}

function ofMissing(object: string): Judged {
  const isCrd = object.startsWith("CustomResourceDefinition/");
  return {
    level: isCrd ? "fail" : levelOf(object),
    consequence: consequenceOf(object),
    ...(object === "ServiceAccount/pepr-gmsa" ? { effect: "refused" } : {}),
  };
}

function consequenceOf(object: string): string {
  return CONSEQUENCES.find(([pattern]) => pattern.test(object))?.[1] ?? "";
}
