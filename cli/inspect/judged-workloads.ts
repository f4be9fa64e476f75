/** Reads the workloads of a cluster that use GMSA, and predicts the answer of admission. */
import type { KubeConfig } from "@kubernetes/client-node";

import { MemoizedCluster } from "../../kube/memoized-cluster";
import { refusingSelectors, isRefused } from "../../rules/admission/excluded-namespaces";
import {
  everyRefusal,
  isUnanswered,
  type AdmissionContext,
  type Refusal,
} from "../../rules/admission/review";
import type { Cluster, CredspecLookup } from "../../rules/credspec/cluster";
import { checkNodeOs } from "../../rules/pod/checks/node-os";
import type { NodeFacts } from "../../rules/pod/known-nodes";
import { gmsaPlacesOf } from "../../rules/pod/windows-options";
import { driftOf, uncomparedWith } from "../../rules/workload/drift";
import type { LabelQuery } from "../../rules/label-query";
import type { ListedKind } from "../../rules/workload/custom-kinds";
import { keyOf, type GmsaObject } from "../../rules/workload/gmsa-object";
import { ofSelected, workloadsAmong, type Workload } from "../../rules/workload/owners";
import { clusterOfUser, REVIEW } from "../api/user-cluster";
import { SHIPPED_BINDING } from "../manifests/shipped";
import { readObjects } from "./gmsa-objects";
import { readNodeFacts } from "./node-facts";
import type { Collectors, WorkloadState, JudgedWorkload, Verdict } from "./state";

type Needed = Pick<Collectors, "policy" | "policyBindings" | "namespaces">;

/** Which workloads to read. An omitted field does not filter. */
export interface WorkloadFilter {
  /** The only namespace. */
  namespace?: string | undefined;
  /** Matches the labels of the Deployment, not of its Pods. */
  selector?: LabelQuery | undefined;
  /** Kinds with Pod templates that the user names, in addition to those that are found. */
  kinds?: readonly ListedKind[] | undefined;
}

export async function readWorkloads(
  kubeConfig: KubeConfig,
  collectors: Needed,
  { namespace, kinds, selector = () => true }: WorkloadFilter,
): Promise<WorkloadState> {
  const [found, { cluster: user, mayReview }, isExcluded] = await Promise.all([
    readObjects(kubeConfig, { namespace, kinds }),
    clusterOfUser(kubeConfig),
    exclusion(collectors),
  ]);
  const cluster = new MemoizedCluster(user);
  const objects = ofSelected(found.objects, selector);
  const among = workloadsAmong(objects);
  const nodes = await readNodeFacts(
    kubeConfig,
    among.map(({ pod }) => pod),
  );
  const [workloads, credspecs] = await Promise.all([
    judgeAll(among, { cluster, isExcluded, nodes: nodes.facts }),
    readCredspecs(objects, cluster),
  ]);
  return {
    workloads,
    unknownNodes: nodes.unknown,
    drifted: driftOf(objects, credspecs),
    unknownDrift: [...uncomparedWith(objects, credspecs)].map(([name, why]) => ({
      why: `could not read GMSA cred spec "${name}": ${why}`,
      isForbidden: false,
    })),
    mayReview,
    unknown: [...found.unknown, ...(mayReview ? [] : [REVIEW])],
  };
}

/**
 * The namespaces in which the policy refuses GMSA. Assumes the shipped policy if the user may not read it.
 */
export async function exclusion(collectors: Needed): Promise<(namespace: string) => boolean> {
  const [policy, bindings, namespaces] = await Promise.all([
    collectors.policy(),
    collectors.policyBindings(),
    collectors.namespaces(),
  ]);
  if (policy.known && policy.value === undefined) return () => false;
  const selectors = refusingSelectors(bindings.known ? bindings.value : [SHIPPED_BINDING]);
  const labels = new Map(
    namespaces.known ? namespaces.value.map(({ name, labels: of }) => [name, of]) : [],
  );
  return namespace =>
    // Every namespace has this label.
    isRefused(selectors, labels.get(namespace) ?? { "kubernetes.io/metadata.name": namespace });
}

async function readCredspecs(
  objects: readonly GmsaObject[],
  cluster: Cluster,
): Promise<Map<string, CredspecLookup>> {
  const places = objects.flatMap(({ pod }) => gmsaPlacesOf(pod));
  const names = new Set(places.map(({ credspecName }) => credspecName));
  names.delete("");
  return new Map(
    await Promise.all(
      [...names].map(async name => [name, await cluster.readCredspec(name)] as const),
    ),
  );
}

/** Predicts for each workload whether its Pods would be admitted. */
export async function judgeAll(
  workloads: readonly Workload[],
  { nodes, ...context }: AdmissionContext & { nodes?: NodeFacts },
): Promise<JudgedWorkload[]> {
  const judged = await Promise.all(
    workloads.map(async ({ pod, ...workload }) => {
      const refusals = await everyRefusal({ ...workload, pod }, context);
      const placement = checkNodeOs(pod, nodes).filter(({ level }) => level !== "information");
      return { ...workload, admission: verdictOf(refusals), refusals, placement };
    }),
  );
  return templatesTogether(judged);
}

/** Merges the templates of a workload that use the same service account. */
function templatesTogether(judged: readonly JudgedWorkload[]): JudgedWorkload[] {
  const rows = new Map<string, JudgedWorkload>();
  for (const workload of judged) {
    const row = `${keyOf(workload)} ${workload.serviceAccount}`;
    const before = rows.get(row);
    rows.set(row, before === undefined ? workload : together(before, workload));
  }
  return [...rows.values()];
}

function together(one: JudgedWorkload, other: JudgedWorkload): JudgedWorkload {
  const refusals = withoutRepetition([...one.refusals, ...other.refusals]);
  return {
    ...one,
    credspecs: [...new Set([...one.credspecs, ...other.credspecs])].sort(),
    pods: one.pods + other.pods,
    admission: verdictOf(refusals),
    refusals,
    placement: withoutRepetition([...one.placement, ...other.placement]),
  };
}

function withoutRepetition<Said extends { problem: string }>(problems: readonly Said[]): Said[] {
  return [...new Map(problems.map(problem => [problem.problem, problem])).values()];
}

/** One real refusal is enough: failed lookups do not matter then. */
function verdictOf(refusals: Refusal[]): Verdict {
  if (refusals.length === 0) return "admitted";
  return refusals.every(isUnanswered) ? "unknown" : "refused";
}
