/** `gmsa lint --cluster`: the objects of a cluster in addition to the manifests. */
import type { KubeConfig } from "@kubernetes/client-node";

import type { AdmissionContext } from "../../../rules/admission/review";
import type { Cluster } from "../../../rules/credspec/cluster";
import type { ObjectLike } from "../../../rules/object";
import type { RoleLike } from "../../../rules/rbac/checks/meant-role";
import { factsOf } from "../../../rules/pod/known-nodes";
import { RBAC_GROUP, type RbacObjects } from "../../../rules/rbac/rbac-objects";
import { MemoizedCluster } from "../../../kube/memoized-cluster";
import { lookUp, reachable } from "../../api/calls";
import { clusterOfUser } from "../../api/user-cluster";
import { collectorsFor } from "../../inspect/collectors";
import { exclusion } from "../../inspect/judged-workloads";
import { gmsaPodsOf, readNodeFacts } from "../../inspect/node-facts";
import { readRbacObjects } from "../../inspect/rbac-objects";
import { contextOf } from "../../manifests/manifest-workloads";
import type { LiveCluster } from "./lint-manifests";

/** A cluster, and the parts of it that the user may not read, a clause each. */
export interface SeenCluster extends LiveCluster {
  unknown: string[];
}

/**
 * Reads the objects that manifests can refer to, with the rights of the user.
 *
 * @throws Failure if the cluster cannot be reached.
 */
export async function seeCluster(kubeConfig: KubeConfig): Promise<SeenCluster> {
  await reachable(kubeConfig);
  const collectors = collectorsFor(kubeConfig, { now: new Date() });
  const [rbac, credspecs, user, isExcluded] = await Promise.all([
    lookUp("list roles and bindings", () => readRbacObjects(kubeConfig)),
    collectors.credspecs(),
    clusterOfUser(kubeConfig),
    exclusion(collectors),
  ]);
  const objects = rbac.known ? objectsOf(rbac.value) : [];
  const live = new MemoizedCluster(user.cluster);
  return {
    unknown: [rbac, credspecs].flatMap(part => (part.known ? [] : [part.why])),
    known: {
      roles: objects.filter(isRole),
      credspecs: credspecs.known ? credspecs.value.map(({ name }) => name) : undefined,
    },
    factsFor: async manifests =>
      (await readNodeFacts(kubeConfig, gmsaPodsOf(manifests), factsOf(manifests))).facts,
    contextFor: (manifests, namespace) => {
      // The manifests come last, because they would replace objects with the same name.
      const there = contextOf([...objects, ...manifests], namespace);
      const answers = { mayReview: user.mayReview, isRbacKnown: rbac.known };
      return {
        cluster: together(there.cluster, live, answers),
        isExcluded: exclusionWith(manifests, there, isExcluded),
      };
    },
  };
}

/** A namespace among the manifests takes precedence over the cluster's. */
function exclusionWith(
  manifests: readonly ObjectLike[],
  there: AdmissionContext,
  isExcluded: (namespace: string) => boolean,
): (namespace: string) => boolean {
  const own = new Set(
    manifests.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata?.name),
  );
  return name => (own.has(name) ? there.isExcluded(name) : isExcluded(name));
}

/** Asks the manifests first, then the cluster. */
function together(
  manifests: Cluster,
  live: Cluster,
  { mayReview, isRbacKnown }: { mayReview: boolean; isRbacKnown: boolean },
): Cluster {
  return {
    readCredspec: async (name, options) => {
      const found = await manifests.readCredspec(name);
      return found.outcome === "absent" ? live.readCredspec(name, options) : found;
    },
    mayUse: async (account, credspec) => {
      const decision = await manifests.mayUse(account, credspec);
      // If the user may not ask the API server, RBAC is the best known answer. Other authorizers are rare.
      const isSettled = decision.outcome === "allowed" || (!mayReview && isRbacKnown);
      return isSettled ? decision : live.mayUse(account, credspec);
    },
  };
}

/** Adds the kinds, which the items of a list do not include. */
function objectsOf(rbac: RbacObjects): ObjectLike[] {
  const named = (kind: string, objects: readonly object[]): ObjectLike[] =>
    objects.map(object => ({ ...object, apiVersion: `${RBAC_GROUP}/v1`, kind }));
  return [
    ...named("Role", rbac.roles),
    ...named("ClusterRole", rbac.clusterRoles),
    ...named("RoleBinding", rbac.roleBindings),
    ...named("ClusterRoleBinding", rbac.clusterRoleBindings),
  ];
}

function isRole(object: ObjectLike): object is RoleLike {
  return object.kind === "Role" || object.kind === "ClusterRole";
}
