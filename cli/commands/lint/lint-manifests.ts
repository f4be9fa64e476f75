import type { Cluster } from "../../../rules/credspec/cluster";
import { isCredspec } from "../../../rules/credspec/resource";
import type { Manifests } from "../../manifests/manifests";
import { contextOf, gmsaPodOf, workloadOf } from "../../manifests/manifest-workloads";
import { admit, type AdmissionContext, type Refusal } from "../../../rules/admission/review";
import type { Workload } from "../../../rules/workload/owners";
import { lintCredspec } from "./lint-credspec";
import type { Diagnostic } from "../../manifests/diagnostic";
import { lintWorkload, podDiagnostic } from "./lint-workload";

/** What was looked at, and what was found. */
export interface LintReport {
  findings: Diagnostic[];
  credspecs: number;
  /** Workloads and Pods that use GMSA. */
  workloads: number;
  /** All other objects. */
  others: number;
}

export interface LintOptions {
  /** Of objects that name none. */
  namespace: string;
  /** There is nothing but these manifests: what they refer to must be among them. */
  closed: boolean;
}

/** @returns findings in the order of the manifests. */
export async function lintManifests(
  { manifests, problems }: Manifests,
  { namespace, closed }: LintOptions,
): Promise<LintReport> {
  const objects = manifests.map(({ object }) => object);
  const context = closed ? contextOf(objects, namespace) : undefined;
  const report: LintReport = { findings: [...problems], credspecs: 0, workloads: 0, others: 0 };
  for (const manifest of manifests) {
    const pod = gmsaPodOf(manifest.object);
    if (isCredspec(manifest.object)) {
      report.credspecs++;
      report.findings.push(...lintCredspec(manifest));
    } else if (pod === undefined) {
      report.others++;
    } else {
      report.workloads++;
      const workload = workloadOf(manifest.object, pod, namespace);
      report.findings.push(...lintWorkload(manifest, pod, workload));
      const refusals = context === undefined ? [] : await refusalsOf(workload, context);
      report.findings.push(
        ...refusals
          // Said already, whatever is in the manifests.
          .filter(({ reason }) => reason !== "contents without name")
          .map(refusal => podDiagnostic(manifest, refusal)),
      );
    }
  }
  return report;
}

/**
 * All that is missing at once. Admission tells nobody whether a credspec exists that they may not use;
 * whoever has the manifests knows.
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
