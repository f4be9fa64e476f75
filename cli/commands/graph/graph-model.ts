/** Pure: the uses and grants of credential specs, as nodes and edges. */
import type { ServiceAccount } from "../../../rules/credspec/cluster";
import { describeObject } from "../../../rules/rbac/binding";
import { RbacGrants, type Grant } from "../../../rules/rbac/grants";
import type { RbacObjects } from "../../../rules/rbac/rbac-objects";
import type { JudgedWorkload } from "../../inspect/state";

export interface GraphNode {
  id: string;
  kind: "workload" | "service account" | "credential spec";
  /** The name for people: "Deployment shop/web". */
  label: string;
  /** A workload that would be refused, or a credential spec that does not exist. */
  isWrong: boolean;
}

export interface GraphEdge {
  from: string;
  to: string;
  kind: "runs as" | "uses" | "may use";
  /** The grant, or why the use is refused. May be empty. */
  label: string;
  isWrong: boolean;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** The objects to draw. */
export interface GraphInputs {
  /** Names of existing credential specs. */
  credspecs: readonly string[];
  workloads: readonly JudgedWorkload[];
  rbac: RbacObjects;
  /**
   * The namespace of the service accounts to draw, in addition to those of the workloads. Undefined for all.
   */
  namespace?: string | undefined;
  /** Draw only these workloads and the objects that they use. */
  isSelected?: boolean;
}

/**
 * Draws the service accounts of workloads and those that a binding names directly. A member of a group such
 * as system:masters is drawn only if a workload uses it.
 */
export function graphOf({
  credspecs,
  workloads,
  rbac,
  namespace,
  isSelected = false,
}: GraphInputs): Graph {
  const grants = new RbacGrants(rbac);
  const there = new Set(credspecs);
  const used = workloads.flatMap(one => one.credspecs);
  const named = [...new Set([...(isSelected ? [] : credspecs), ...used])].sort();
  const running = workloads.map(workload => ({
    namespace: workload.namespace,
    name: workload.serviceAccount,
  }));
  const users = named.map(credspec => ({
    credspec,
    accounts: distinct([
      ...(isSelected ? [] : namedBy(grants.of(credspec), namespace)),
      ...running,
    ]),
  }));
  const accounts = distinct([...users.flatMap(each => each.accounts), ...running]);
  return {
    nodes: [
      ...distinctNodes(workloads.map(workloadNode)),
      ...accounts.map(accountNode).sort((left, right) => (left.id < right.id ? -1 : 1)),
      ...named.map(name => credspecNode(name, there.has(name))),
    ],
    edges: [
      ...workloads.flatMap(workloadEdges),
      ...users.flatMap(({ credspec, accounts: ofOne }) =>
        ofOne.flatMap(account => grantEdges(account, credspec, grants.for(account, credspec))),
      ),
    ],
  };
}

function workloadNode(workload: JudgedWorkload): GraphNode {
  const { kind, namespace, name, admission } = workload;
  return {
    id: workloadId(workload),
    kind: "workload",
    label: `${kind} ${namespace}/${name}`,
    isWrong: admission === "refused",
  };
}

/** Merges the nodes of a workload with several service accounts. It is wrong if one of its Pods is. */
function distinctNodes(nodes: readonly GraphNode[]): GraphNode[] {
  const byId = new Map<string, GraphNode>();
  for (const node of nodes) {
    const isWrong = node.isWrong || byId.get(node.id)?.isWrong === true;
    byId.set(node.id, { ...node, isWrong });
  }
  return [...byId.values()];
}

function accountNode(account: ServiceAccount): GraphNode {
  const label = `${account.namespace}/${account.name}`;
  return { id: accountId(account), kind: "service account", label, isWrong: false };
}

/** Removes duplicates, and keeps the order. */
function distinct(accounts: readonly ServiceAccount[]): ServiceAccount[] {
  return [...new Map(accounts.map(account => [accountId(account), account])).values()];
}

function credspecNode(name: string, isThere: boolean): GraphNode {
  const label = isThere ? name : `${name} (does not exist)`;
  return { id: credspecId(name), kind: "credential spec", label, isWrong: !isThere };
}

function workloadEdges(workload: JudgedWorkload): GraphEdge[] {
  const { namespace, serviceAccount, credspecs, refusals } = workload;
  const from = workloadId(workload);
  const to = accountId({ namespace, name: serviceAccount });
  return [
    { from, to, kind: "runs as", label: "", isWrong: false },
    ...credspecs.map((credspec): GraphEdge => {
      // A refusal that is not about a particular credential spec applies to all of them.
      const reasons = refusals
        .filter(refusal => refusal.credspec === undefined || refusal.credspec === credspec)
        .map(({ reason }) => reason);
      const label = [...new Set(reasons)].join(", ");
      return { from, to: credspecId(credspec), kind: "uses", label, isWrong: label !== "" };
    }),
  ];
}

/** The service accounts that a binding names directly and that it covers in their namespace. */
function namedBy(grants: readonly Grant[], namespace: string | undefined): ServiceAccount[] {
  return grants.flatMap(({ subject, namespace: where }) =>
    subject.kind === "ServiceAccount" &&
    subject.namespace !== undefined &&
    (where === undefined || where === subject.namespace) &&
    (namespace === undefined || namespace === subject.namespace)
      ? [{ namespace: subject.namespace, name: subject.name }]
      : [],
  );
}

function grantEdges(
  account: ServiceAccount,
  credspec: string,
  grants: readonly Grant[],
): GraphEdge[] {
  return grants.map(({ binding }) => ({
    from: accountId(account),
    to: credspecId(credspec),
    kind: "may use",
    label: describeObject(binding),
    isWrong: false,
  }));
}

function workloadId({ group, kind, namespace, name }: JudgedWorkload): string {
  const resource = group === "" ? kind : `${kind}.${group}`;
  return `workload/${resource}/${namespace}/${name}`;
}

function accountId({ namespace, name }: ServiceAccount): string {
  return `sa/${namespace}/${name}`;
}

function credspecId(name: string): string {
  return `credspec/${name}`;
}
