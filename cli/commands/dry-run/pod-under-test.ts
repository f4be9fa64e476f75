/** What is tried, and what came of it. */
import { gmsaPlacesOf, type PodLike } from "../../../rules/pod/windows-options";
import { podTemplateOf, serviceAccountNameOf } from "../../../rules/workload/pod-template";
import { describeObjectName } from "../../../rules/object";
import type { Manifest } from "../../manifests/manifests";
import type { Problem, RefusalReason } from "../../../rules/problem";

/** A Pod of the manifests, or one as a workload would make it. */
export interface PodUnderTest {
  /** `Deployment/web`, as kubectl writes it. */
  workload: string;
  namespace: string;
  serviceAccount: string;
  /** Whole, not only what admission reads; without a name if a workload makes it. */
  pod: PodLike;
  file: string;
  lineOf: Manifest["lineOf"];
}

/** What can be wrong beside what the rules say; for the cluster that is asked. */
export const CLUSTER_REASONS = [
  /** The API server could not call the webhook. */
  "webhook unavailable",
  /** Admitted, but nothing was filled in: nobody looked. */
  "not checked",
  /** Refused for what has nothing to do with GMSA. */
  "not created",
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
  const found: PodsUnderTest = { podsUnderTest: [], withoutGmsa: 0 };
  for (const manifest of manifests) {
    const podUnderTest = podUnderTestOf(manifest, namespace);
    if (podUnderTest === undefined) continue;
    if (gmsaPlacesOf(podUnderTest.pod).length > 0) {
      found.podsUnderTest.push(podUnderTest);
    } else {
      found.withoutGmsa += 1;
    }
  }
  return found;
}

/** The Pod of one manifest, whether it uses GMSA or not; undefined for what makes no Pods. */
export function podUnderTestOf(manifest: Manifest, namespace: string): PodUnderTest | undefined {
  const { object, file } = manifest;
  const template = podTemplateOf(object);
  if (template === undefined) return undefined;
  const where = object.metadata?.namespace ?? namespace;
  // Controllers name Pods by themselves, whatever a template says.
  const name = object.kind === "Pod" ? {} : { name: "" };
  return {
    workload: describeObjectName(object),
    namespace: where,
    serviceAccount: serviceAccountNameOf(template),
    pod: { ...template, metadata: { ...template.metadata, ...name, namespace: where } },
    file,
    lineOf: path => manifest.lineOf(path),
  };
}
