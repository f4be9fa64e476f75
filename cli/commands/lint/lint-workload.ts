import { validate } from "../../../rules/admission/validate";
import { checkFieldNames } from "../../../rules/pod/checks/field-names";
import { checkPod } from "../../../rules/pod/checks/check-pod";
import { wrongFieldsAround } from "../../../rules/pod/field-names";
import type { NodeFacts } from "../../../rules/pod/placement";
import type { DenialReason, FieldPath, Problem } from "../../../rules/problem";
import { isKnownWorkload, serviceAccountNameOf } from "../../../rules/workload/pod-template";
import { diagnosticOf, type Diagnostic } from "../../manifests/diagnostic";
import type { LintedPod } from "../../manifests/manifest-workloads";
import type { Manifest } from "../../manifests/manifests";
import { remedyWithCommand } from "../../terminal/problems";

const IN_EVERY_CLUSTER: readonly DenialReason[] = ["contents without name", "too many credspecs"];

/** Where a workload that names no namespace goes, and what is known of nodes. */
export interface LintContext {
  namespace: string;
  facts: NodeFacts;
}

/** Problems of a Pod of a workload, whatever is in the cluster. */
export function lintWorkload(
  manifest: Manifest,
  { path, pod, wrongFields }: LintedPod,
  { namespace, facts }: LintContext,
): Diagnostic[] {
  const serviceAccount = { namespace, name: serviceAccountNameOf(pod) };
  // Without an answer of the cluster, only what is refused in every one.
  const refusals = validate({ pod, serviceAccount }, new Map()).filter(({ reason }) =>
    IN_EVERY_CLUSTER.includes(reason),
  );
  return [...checkFieldNames(wrongFields), ...checkPod(pod, facts), ...refusals].map(problem =>
    podDiagnostic(manifest, problem, path),
  );
}

/** Fields around the template that were to be in it. */
export function lintAround(manifest: Manifest, path: FieldPath): Diagnostic[] {
  if (!isKnownWorkload(manifest.object)) return [];
  const fields = wrongFieldsAround(manifest.object, path);
  return checkFieldNames(fields).map(problem => diagnosticOf(manifest, problem));
}

/** A problem of the Pod that a manifest is, or that it has the template of. */
export function podDiagnostic(manifest: Manifest, problem: Problem, path: FieldPath): Diagnostic {
  const remedy = remedyWithCommand(problem);
  return diagnosticOf(manifest, { ...problem, remedy }, path);
}
