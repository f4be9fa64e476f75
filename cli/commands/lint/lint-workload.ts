import type { DenialReason } from "../../../rules/admission/denial";
import { checkPod } from "../../../rules/pod/checks/check-pod";
import { validate } from "../../../rules/admission/validate";
import type { PodLike } from "../../../rules/pod/windows-options";
import { serviceAccountNameOf, templatePathOf } from "../../../rules/workload/pod-template";
import { describeObjectName } from "../../../rules/object";
import type { Manifest } from "../../manifests/manifests";
import { remedyWithCommand } from "../../terminal/problems";
import { fieldOf } from "../../manifests/diagnostic";
import type { LintFinding } from "../../manifests/diagnostic";

const IN_EVERY_CLUSTER: readonly DenialReason[] = ["contents without name", "too many credspecs"];

/** Where a workload that names no namespace goes. */
export interface LintContext {
  namespace: string;
}

/** What is to be found about the Pods of a workload, whatever is in the cluster. */
export function lintWorkload(
  manifest: Manifest,
  pod: PodLike,
  { namespace }: LintContext,
): LintFinding[] {
  const { object, file, lineOf } = manifest;
  const template = templatePathOf(object) ?? [];
  const byRules = checkPod(pod).map(({ level, path, problem, remedy }): LintFinding => {
    const whole = [...template, ...path];
    const field = fieldOf(whole);
    return { level, file, line: lineOf(whole), object: nameOf(manifest), field, problem, remedy };
  });
  const serviceAccount = { namespace, name: serviceAccountNameOf(pod) };
  // Without an answer of the cluster, only what is refused in every one.
  const refusals = validate({ pod, serviceAccount }, new Map())
    .filter(({ reason }) => IN_EVERY_CLUSTER.includes(reason))
    .map(({ problem, remedy }) => refusalFinding(manifest, { problem, remedy }));
  return [...byRules, ...refusals];
}

/** What admission would say of the Pods of a workload, as a finding. */
export function refusalFinding(
  manifest: Manifest,
  refusal: { problem: string; remedy: string },
): LintFinding {
  const { file, lineOf } = manifest;
  const object = nameOf(manifest);
  const remedy = remedyWithCommand(refusal);
  const { problem } = refusal;
  return { level: "error", file, line: lineOf(), object, field: "", problem, remedy };
}

function nameOf({ object }: Manifest): string {
  return describeObjectName(object);
}
