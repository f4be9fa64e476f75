import type { Cluster } from "../../../rules/credspec/cluster";
import { isCredspec } from "../../../rules/credspec/resource";
import { isNearCredspec } from "../../../rules/credspec/near-kind";
import type { ObjectLike } from "../../../rules/object";
import { factsOf, type NodeFacts } from "../../../rules/pod/known-nodes";
import { checkOldWorkload } from "../../../rules/workload/checks/old-workload";
import { hasExpression } from "../../../rules/workload/expressions";
import { podTemplatesOf, templatePathsOf } from "../../../rules/workload/pod-template";
import type { Manifest, Manifests } from "../../manifests/manifests";
import {
  asksForIdentity,
  contextOf,
  lintedPodsOf,
  workloadOf,
} from "../../manifests/manifest-workloads";
import {
  annotationsAround,
  credspecDataFindings,
  outsideFindings,
  ObjectChecks,
  type KnownObjects,
} from "../../manifests/object-checks";
import { admit, type AdmissionContext, type Refusal } from "../../../rules/admission/review";
import type { Workload } from "../../../rules/workload/owners";
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
  const around = {
    facts: await factsAround(objects, live),
    checks: new ObjectChecks(manifests, live?.known ?? (closed ? NOTHING : undefined)),
  };
  const report: LintReport = { findings: [...problems], credspecs: 0, workloads: 0, others: 0 };
  for (const manifest of manifests) {
    const { kind, findings } = lintManifest(manifest, around);
    report[kind]++;
    report.findings.push(...findings);
    if (context !== undefined) {
      report.findings.push(...(await refusalsIn(manifest, { namespace, context })));
    }
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
}

function lintManifest(
  manifest: Manifest,
  around: Surroundings,
): { kind: "credspecs" | "workloads" | "others"; findings: Diagnostic[] } {
  const { object } = manifest;
  if (isCredspec(object) || isNearCredspec(object)) {
    const findings = [...lintCredspec(manifest), ...around.checks.ofSame(manifest)];
    return { kind: "credspecs", findings };
  }
  const templates = podTemplatesOf(object);
  const pods = lintedPodsOf(object, templates);
  const findings = [
    ...templatePathsOf(object).flatMap(path => lintAround(manifest, path)),
    ...templates.flatMap(template => annotationsAround(manifest, template)),
    ...pods.flatMap(pod => lintWorkload(manifest, pod, around.facts)),
  ];
  const asks = pods.some(asksForIdentity) || findings.length > 0;
  return {
    kind: asks ? "workloads" : "others",
    findings: [
      ...(asks ? checkOldWorkload(object).map(problem => diagnosticOf(manifest, problem)) : []),
      ...findings,
      ...around.checks.ofSame(manifest),
      ...around.checks.ofRbac(manifest),
      ...credspecDataFindings(manifest),
      ...outsideFindings(manifest),
    ],
  };
}

/** The refusals of admission, given the other manifests. */
async function refusalsIn(
  manifest: Manifest,
  { namespace, context }: { namespace: string; context: AdmissionContext },
): Promise<Diagnostic[]> {
  const refused = await Promise.all(
    lintedPodsOf(manifest.object)
      .filter(({ usesGmsa }) => usesGmsa)
      .map(async ({ path, pod }) => {
        const refusals = await refusalsOf(workloadOf(manifest.object, pod, namespace), context);
        return (
          refusals
            // Reported by the checks of the Pod already, or unknown.
            .filter(
              ({ reason, credspec = "" }) =>
                reason !== "contents without name" && !hasExpression(manifest.object, credspec),
            )
            .map(refusal => podDiagnostic(manifest, refusal, path))
        );
      }),
  );
  return refused.flat();
}

/**
 * All missing objects at once. Admission does not reveal whether a credential spec exists to an account that
 * may not use it. The owner of the manifests may know.
 */
async function refusalsOf(workload: Workload, context: AdmissionContext): Promise<Refusal[]> {
  const { refusals } = await admit(workload, context);
  if (!refusals.some(({ reason }) => reason === "not authorized")) return refusals;
  const { cluster } = context;
  const granted: Cluster = {
    readCredspec: name => cluster.readCredspec(name),
    mayUse: () => Promise.resolve({ outcome: "allowed" }),
  };
  const thereafter = await admit(workload, { ...context, cluster: granted });
  const said = new Set(refusals.map(({ problem }) => problem));
  return [...refusals, ...thereafter.refusals.filter(({ problem }) => !said.has(problem))];
}
