import { isCredspec } from "../../../rules/credspec/resource";
import { isNearCredspec } from "../../../rules/credspec/near-kind";
import type { ObjectLike } from "../../../rules/object";
import { factsOf, type NodeFacts } from "../../../rules/pod/known-nodes";
import { checkOldWorkload } from "../../../rules/workload/checks/old-workload";
import { podTemplatesOf, templatePathsOf } from "../../../rules/workload/pod-template";
import type { Manifest, Manifests } from "../../manifests/manifests";
import { asksForIdentity, contextOf, lintedPodsOf } from "../../manifests/manifest-workloads";
import {
  annotationsAround,
  credspecDataFindings,
  outsideFindings,
  ObjectChecks,
  type KnownObjects,
} from "../../manifests/object-checks";
import type { AdmissionContext } from "../../../rules/admission/review";
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

async function lintManifest(
  manifest: Manifest,
  { facts, checks, refusals }: Surroundings,
): Promise<{ kind: "credspecs" | "workloads" | "others"; findings: Diagnostic[] }> {
  const { object } = manifest;
  if (isCredspec(object) || isNearCredspec(object)) {
    const findings = [...lintCredspec(manifest), ...checks.ofSame(manifest)];
    return { kind: "credspecs", findings };
  }
  const templates = podTemplatesOf(object);
  const pods = await Promise.all(
    lintedPodsOf(object, templates).map(async linted => ({
      ...linted,
      refusals: await refusals.of(object, linted),
    })),
  );
  const findings = [
    ...templatePathsOf(object).flatMap(path => lintAround(manifest, path)),
    ...templates.flatMap(template => annotationsAround(manifest, template)),
    ...pods.flatMap(pod => lintWorkload(manifest, pod, facts, pod.refusals)),
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
      ...pods.flatMap(({ path, refusals: refused }) =>
        refused.map(refusal => podDiagnostic(manifest, refusal, path)),
      ),
    ],
  };
}
