import { isCredspec } from "../../../rules/credspec/resource";
import { isNearCredspec } from "../../../rules/credspec/near-kind";
import type { ObjectLike } from "../../../rules/object";
import { factsOf, type NodeFacts } from "../../../rules/pod/known-nodes";
import { checkOldWorkload } from "../../../rules/workload/checks/old-workload";
import {
  podTemplatesOf,
  templatePathsOf,
  type PodTemplate,
} from "../../../rules/workload/pod-template";
import type { Manifest, Manifests } from "../../manifests/manifests";
import {
  asksForIdentity,
  contextOf,
  lintedPodsOf,
  type LintedPod,
} from "../../manifests/manifest-workloads";
import {
  annotationsAround,
  credspecDataFindings,
  outsideFindings,
  ObjectChecks,
  type KnownObjects,
} from "../../manifests/object-checks";
import type { AdmissionContext, Refusal } from "../../../rules/admission/review";
import { ExpectedRefusals } from "./expected-refusals";
import { lintCredspec } from "./lint-credspec";
import { diagnosticOf, type Diagnostic } from "../../manifests/diagnostic";
import { lintAround, lintWorkload, podDiagnostic } from "./lint-workload";

/** The number of checked objects, and the findings. */
export interface LintReport {
  findings: Diagnostic[];
  credspecs: number;
  /** Workloads and Pods that use GMSA. */
  workloads: number;
  /** All other objects. */
  others: number;
}

export interface LintOptions {
  /** The namespace of objects that do not name one. */
  namespace: string;
  /** The manifests are complete: all objects that they name must be among them. */
  closed: boolean;
  /** A cluster with the objects that the manifests name but do not include. */
  live?: LiveCluster;
}

/** The known objects of a cluster. */
export interface LiveCluster {
  known: KnownObjects;
  /** The nodes and RuntimeClasses that Pods of these objects name. The objects themselves take precedence. */
  factsFor: (objects: readonly ObjectLike[]) => Promise<NodeFacts>;
  /** Admission in the cluster after these objects are applied. */
  contextFor: (objects: readonly ObjectLike[], namespace: string) => AdmissionContext;
}

/** Only the manifests exist. */
const NOTHING: KnownObjects = { roles: [], credspecs: [] };

/** @returns findings in the order of the manifests. */
export async function lintManifests(
  { manifests, problems }: Manifests,
  { namespace, closed, live }: LintOptions,
): Promise<LintReport> {
  const objects = manifests.map(({ object }) => object);
  const context =
    live?.contextFor(objects, namespace) ?? (closed ? contextOf(objects, namespace) : undefined);
  const around: Surroundings = {
    facts: await factsAround(objects, live),
    checks: new ObjectChecks(manifests, live?.known ?? (closed ? NOTHING : undefined)),
    refusals: new ExpectedRefusals(objects, namespace, context),
  };
  const report: LintReport = { findings: [...problems], credspecs: 0, workloads: 0, others: 0 };
  for (const manifest of manifests) {
    const { kind, findings } = await lintManifest(manifest, around);
    report[kind]++;
    report.findings.push(...findings);
  }
  return report;
}

async function factsAround(
  objects: readonly ObjectLike[],
  live: LiveCluster | undefined,
): Promise<NodeFacts> {
  return live === undefined ? factsOf(objects) : live.factsFor(objects);
}

interface Surroundings {
  facts: NodeFacts;
  checks: ObjectChecks;
  refusals: ExpectedRefusals;
}

interface Linted {
  kind: "credspecs" | "workloads" | "others";
  findings: Diagnostic[];
}

/** @returns a promise only if admission has to be asked, because a thousand promises take long. */
function lintManifest(manifest: Manifest, around: Surroundings): Linted | Promise<Linted> {
  const { object } = manifest;
  if (isCredspec(object) || isNearCredspec(object)) {
    const findings = [...lintCredspec(manifest), ...around.checks.ofSame(manifest)];
    return { kind: "credspecs", findings };
  }
  const templates = podTemplatesOf(object);
  const pods = lintedPodsOf(object, templates);
  return around.refusals.mayRefuse(pods)
    ? around.refusals
        .ofEach(object, pods)
        .then(refused => lintPods(manifest, { templates, pods, refused }, around))
    : lintPods(manifest, { templates, pods, refused: [] }, around);
}

interface Pods {
  templates: readonly PodTemplate[];
  pods: readonly LintedPod[];
  /** The refusals of each Pod; empty if there are none. */
  refused: readonly Refusal[][];
}

function lintPods(
  manifest: Manifest,
  { templates, pods, refused }: Pods,
  { facts, checks }: Surroundings,
): Linted {
  const { object } = manifest;
  const findings = [
    ...templatePathsOf(object).flatMap(path => lintAround(manifest, path)),
    ...templates.flatMap(template => annotationsAround(manifest, template)),
    ...pods.flatMap((pod, index) => lintWorkload(manifest, pod, facts, refused[index] ?? [])),
  ];
  const asks = pods.some(asksForIdentity) || findings.length > 0;
  return {
    kind: asks ? "workloads" : "others",
    findings: [
      ...(asks ? checkOldWorkload(object).map(problem => diagnosticOf(manifest, problem)) : []),
      ...findings,
      ...checks.ofSame(manifest),
      ...checks.ofRbac(manifest),
      ...credspecDataFindings(manifest),
      ...outsideFindings(manifest),
      ...pods.flatMap(({ path }, index) =>
        (refused[index] ?? []).map(refusal => podDiagnostic(manifest, refusal, path)),
      ),
    ],
  };
}
