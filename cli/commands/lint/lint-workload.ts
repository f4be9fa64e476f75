import { validate } from "../../../rules/admission/validate";
import { checkPod } from "../../../rules/pod/checks/check-pod";
import type { PodLike } from "../../../rules/pod/windows-options";
import type { DenialReason, Problem } from "../../../rules/problem";
import { serviceAccountNameOf, templatePathOf } from "../../../rules/workload/pod-template";
import { diagnosticOf, type Diagnostic } from "../../manifests/diagnostic";
import type { Manifest } from "../../manifests/manifests";
import { remedyWithCommand } from "../../terminal/problems";

const IN_EVERY_CLUSTER: readonly DenialReason[] = ["contents without name", "too many credspecs"];

/** Where a workload that names no namespace goes. */
export interface LintContext {
  namespace: string;
}

/** Problems of the Pods of a workload, whatever is in the cluster. */
export function lintWorkload(
  manifest: Manifest,
  pod: PodLike,
  { namespace }: LintContext,
): Diagnostic[] {
  const serviceAccount = { namespace, name: serviceAccountNameOf(pod) };
  // Without an answer of the cluster, only what is refused in every one.
  const refusals = validate({ pod, serviceAccount }, new Map()).filter(({ reason }) =>
    IN_EVERY_CLUSTER.includes(reason),
  );
  return [...checkPod(pod), ...refusals].map(problem => podDiagnostic(manifest, problem));
}

/** A problem of the Pod that a manifest is, or that it has the template of. */
export function podDiagnostic(manifest: Manifest, problem: Problem): Diagnostic {
  const remedy = remedyWithCommand(problem);
  return diagnosticOf(manifest, { ...problem, remedy }, templatePathOf(manifest.object));
}
