/** What is tried, and what came of it. */
import { gmsaPlacesOf, type PodLike } from "../../../rules/pod/windows-options";
import { checkNodeOs } from "../../../rules/pod/checks/node-os";
import type { NodeFacts } from "../../../rules/pod/placement";
import { checkFieldNames } from "../../../rules/pod/checks/field-names";
import { wrongFieldsAround, wrongFieldsOf } from "../../../rules/pod/field-names";
import {
  isKnownWorkload,
  podTemplatesOf,
  serviceAccountNameOf,
} from "../../../rules/workload/pod-template";
import { describeObjectName, valueAt, type ObjectLike } from "../../../rules/object";
import { diagnosticOf, type Diagnostic } from "../../manifests/diagnostic";
import type { Manifest } from "../../manifests/manifests";
import { remedyWithCommand } from "../../terminal/problems";
import type { FieldPath, PodProblem, Problem, RefusalReason } from "../../../rules/problem";

/** A Pod of the manifests, or one as a workload would make it. */
export interface PodUnderTest {
  /** `Deployment/web`, as kubectl writes it. */
  workload: string;
  namespace: string;
  serviceAccount: string;
  /** Whole, not only what admission reads; without a name if a workload makes it. */
  pod: PodLike;
  /** Where it asks for an identity by what is not a field, or not there. */
  wrongFields: readonly PodProblem[];
  file: string;
  lineOf: Manifest["lineOf"];
  /** A refusal, at the field that it is about. */
  diagnosticOf: (refusal: DryRunRefusal) => Diagnostic;
  /** Whether it runs on Windows, which admission does not ask. */
  placementFindings: (facts: NodeFacts) => Diagnostic[];
}

/** What can be wrong beside what the rules say; for the cluster that is asked. */
export const CLUSTER_REASONS = [
  /** The API server could not call the webhook. */
  "webhook unavailable",
  /** Admitted, but nothing was filled in: nobody looked. */
  "not checked",
  /** Refused for what has nothing to do with GMSA. */
  "not created",
  /** What asks for an identity is not a field, or not where it belongs. */
  "field name",
] as const;

export type DryRunReason = RefusalReason | (typeof CLUSTER_REASONS)[number];

/** Why a Pod does not get in. */
export type DryRunRefusal = Problem<DryRunReason>;

/** What became of a Pod. */
export interface DryRunAnswer {
  /** None if it is admitted. */
  refusals: DryRunRefusal[];
  /** The Pod as it was admitted; undefined if that is not known, since it was refused. */
  pod: PodLike | undefined;
}

/** Something that answers as admission does. */
export interface Admission {
  admit(podUnderTest: PodUnderTest): Promise<DryRunAnswer>;
}

/** The Pods and workloads among manifests that use GMSA, and how many do not. */
export interface PodsUnderTest {
  podsUnderTest: PodUnderTest[];
  withoutGmsa: number;
}

/** @param namespace of objects that name none. */
export function podsUnderTestIn(manifests: readonly Manifest[], namespace: string): PodsUnderTest {
  const all = manifests.flatMap(manifest => podsUnderTestOf(manifest, namespace));
  const podsUnderTest = all.filter(
    ({ pod, wrongFields }) => gmsaPlacesOf(pod).length > 0 || wrongFields.length > 0,
  );
  return { podsUnderTest, withoutGmsa: all.length - podsUnderTest.length };
}

/** The Pods of one manifest, whether they use GMSA or not; none for what makes no Pods. */
export function podsUnderTestOf(manifest: Manifest, namespace: string): PodUnderTest[] {
  const { object, file } = manifest;
  return podTemplatesOf(object).map(({ path, pod }) => {
    const where = object.metadata?.namespace ?? namespace;
    // Controllers name Pods by themselves, whatever a template says.
    const name = object.kind === "Pod" ? {} : { name: "" };
    return {
      workload: describeObjectName(object),
      namespace: where,
      serviceAccount: serviceAccountNameOf(pod),
      pod: { ...pod, metadata: { ...pod.metadata, ...name, namespace: where } },
      wrongFields: gmsaFieldsIn(object, path, pod),
      file,
      lineOf: inside => manifest.lineOf(inside),
      diagnosticOf: refusal => refusalDiagnostic(manifest, path, refusal),
      placementFindings: facts =>
        checkNodeOs(pod, facts).map(problem => diagnosticOf(manifest, problem, path)),
    };
  });
}

/** A field that is wrong may be around the template, and is named from the root of the object then. */
function refusalDiagnostic(
  manifest: Manifest,
  template: FieldPath,
  refusal: DryRunRefusal,
): Diagnostic {
  const path = refusal.places[0]?.path ?? [];
  const isAround =
    refusal.reason === "field name" &&
    valueAt(manifest.object, [...template, ...path]) === undefined;
  const remedy = remedyWithCommand(refusal);
  return diagnosticOf(manifest, { ...refusal, remedy }, isAround ? [] : template);
}

/** Fields by which somebody asks for an identity in vain. */
function gmsaFieldsIn(object: ObjectLike, path: FieldPath, pod: PodLike): PodProblem[] {
  const around = isKnownWorkload(object) ? wrongFieldsAround(object, path) : [];
  const within = wrongFieldsOf(pod);
  return checkFieldNames([...around, ...within].filter(({ isGmsa }) => isGmsa));
}
