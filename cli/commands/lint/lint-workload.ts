import { denialsAnywhere } from "../../../rules/admission/validate";
import { checkFieldNames } from "../../../rules/pod/checks/field-names";
import { checkPod } from "../../../rules/pod/checks/check-pod";
import { checkNoValue } from "../../../rules/pod/checks/no-value";
import { wrongFieldsAround } from "../../../rules/pod/field-names";
import { gmsaPlacesOf } from "../../../rules/pod/windows-options";
import type { NodeFacts } from "../../../rules/pod/known-nodes";
import type { Refusal } from "../../../rules/admission/review";
import { fieldOf, type FieldPath, type Problem } from "../../../rules/problem";
import { valueAt } from "../../../rules/object";
import { hasExpression } from "../../../rules/workload/expressions";
import { isKnownWorkload } from "../../../rules/workload/pod-template";
import { diagnosticOf, type Diagnostic } from "../../manifests/diagnostic";
import type { LintedPod } from "../../manifests/manifest-workloads";
import type { Manifest } from "../../manifests/manifests";
import { remedyWithCommand } from "../../terminal/problems";

/**
 * The problems of a workload's Pod, independent of a cluster.
 *
 * @param refusals of the Pod, which are reported elsewhere.
 */
export function lintWorkload(
  manifest: Manifest,
  { path, pod, wrongFields }: LintedPod,
  facts: NodeFacts,
  refusals: readonly Refusal[],
): Diagnostic[] {
  return [
    ...checkFieldNames(wrongFields),
    ...checkNoValue(pod),
    ...checkPod(pod, facts),
    ...denialsAnywhere(gmsaPlacesOf(pod)),
  ]
    .filter(problem => !isFilledIn(manifest, problem, path) && !isRefused(problem, refusals))
    .map(problem => podDiagnostic(manifest, problem, path));
}

/** Whether a placeholder is an expression that the controller replaces. */
function isFilledIn({ object }: Manifest, { reason, places }: Problem, root: FieldPath): boolean {
  if (reason !== "pod placeholder") return false;
  return places.some(({ path }) => {
    const value = valueAt(object, [...root, ...path]);
    return typeof value === "string" && hasExpression(object, value);
  });
}

/** Whether contents that were written by hand already differ, so that the Pod is refused now. */
function isRefused({ reason, places }: Problem, refusals: readonly Refusal[]): boolean {
  if (reason !== "contents by hand") return false;
  const fields = places.map(({ path }) => fieldOf(path));
  return refusals.some(
    refusal =>
      refusal.reason === "contents differ" &&
      refusal.places.some(({ path }) => fields.includes(fieldOf(path))),
  );
}

/** Fields outside the template that belong inside. */
export function lintAround(manifest: Manifest, path: FieldPath): Diagnostic[] {
  if (!isKnownWorkload(manifest.object)) return [];
  const fields = wrongFieldsAround(manifest.object, path);
  return checkFieldNames(fields).map(problem => diagnosticOf(manifest, problem));
}

/** A problem of the Pod in a manifest, or of its Pod template. */
export function podDiagnostic(manifest: Manifest, problem: Problem, path: FieldPath): Diagnostic {
  const remedy = remedyWithCommand(problem);
  return diagnosticOf(manifest, { ...problem, remedy }, path);
}
