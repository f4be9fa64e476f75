/** The Pods to test, and the answers. */
import { gmsaPlacesOf, type PodLike } from "../../../rules/pod/windows-options";
import { checkNodeOs } from "../../../rules/pod/checks/node-os";
import type { NodeFacts } from "../../../rules/pod/known-nodes";
import { checkFieldNames } from "../../../rules/pod/checks/field-names";
import { wrongFieldsAround, wrongFieldsOf } from "../../../rules/pod/field-names";
import { hasExpression } from "../../../rules/workload/expressions";
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

/** A Pod of the manifests, or one that a workload would create. */
export interface PodUnderTest {
  /** `Deployment/web`, as in kubectl. */
  workload: string;
  namespace: string;
  serviceAccount: string;
  /** The complete Pod, not only the fields that admission reads. Without a name if a workload creates it. */
  pod: PodLike;
  /** GMSA settings in fields that do not exist or are misplaced. */
  wrongFields: readonly PodProblem[];
  file: string;
  lineOf: Manifest["lineOf"];
  /** Converts a refusal to a finding at its field. */
  diagnosticOf: (refusal: DryRunRefusal) => Diagnostic;
  /** Problems of its placement on Windows nodes, which admission does not check. */
  placementFindings: (facts: NodeFacts) => Diagnostic[];
}

/** Additional reasons if a cluster is asked. */
export const CLUSTER_REASONS = [
  /** The API server could not call the webhook. */
  "webhook unavailable",
  /** The Pod was admitted, but the contents were not filled in: the webhook was not called. */
  "not checked",
  /** Refused for a reason unrelated to GMSA. */
  "not created",
  /** The name of a GMSA setting is not a field, or the field is misplaced. */
  "field name",
] as const;

export type DryRunReason = RefusalReason | (typeof CLUSTER_REASONS)[number];

/** Why a Pod is not admitted. */
export type DryRunRefusal = Problem<DryRunReason>;

export interface DryRunAnswer {
  /** Empty if it is admitted. */
  refusals: DryRunRefusal[];
  /** The admitted Pod. Undefined if it was refused. */
  pod: PodLike | undefined;
}

/** Answers as admission does. */
export interface Admission {
  admit(podUnderTest: PodUnderTest): Promise<DryRunAnswer>;
}

/** The Pods and workloads of manifests that use GMSA, and the number of those that do not. */
export interface PodsUnderTest {
  podsUnderTest: PodUnderTest[];
  withoutGmsa: number;
}

/**
 * Leaves out Pods whose credential spec is an expression, because its value is not known.
 *
 * @param namespace of objects that do not name one.
 */
export function podsUnderTestIn(manifests: readonly Manifest[], namespace: string): PodsUnderTest {
  const all = manifests.flatMap(manifest =>
    podsUnderTestOf(manifest, namespace).filter(
      ({ pod }) =>
        !gmsaPlacesOf(pod).some(({ credspecName }) => hasExpression(manifest.object, credspecName)),
    ),
  );
  const podsUnderTest = all.filter(
    ({ pod, wrongFields }) => gmsaPlacesOf(pod).length > 0 || wrongFields.length > 0,
  );
  return { podsUnderTest, withoutGmsa: all.length - podsUnderTest.length };
}

/** The Pods of one manifest, with or without GMSA. Empty if its object does not create Pods. */
export function podsUnderTestOf(manifest: Manifest, namespace: string): PodUnderTest[] {
  const { object, file } = manifest;
  return podTemplatesOf(object).map(({ path, pod }) => {
    const where = object.metadata?.namespace ?? namespace;
    // Controllers choose the names of Pods and ignore the template's name.
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

/** A misplaced field may be outside the template. Then its path starts at the object. */
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

/** GMSA settings in fields that have no effect. */
function gmsaFieldsIn(object: ObjectLike, path: FieldPath, pod: PodLike): PodProblem[] {
  const around = isKnownWorkload(object) ? wrongFieldsAround(object, path) : [];
  const within = wrongFieldsOf(pod);
  return checkFieldNames([...around, ...within].filter(({ isGmsa }) => isGmsa));
}
