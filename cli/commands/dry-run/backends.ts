/** Where Pods are tested: against the manifests alone, or in a live cluster. */
import type { KubeConfig } from "@kubernetes/client-node";

import { admit, type AdmissionContext } from "../../../rules/admission/review";
import type { Credspec } from "../../../rules/credspec/contents";
import type { ObjectLike } from "../../../rules/object";
import { factsOf, type NodeFacts } from "../../../rules/pod/known-nodes";
import type { ManifestCluster } from "../../manifests/manifest-cluster";
import { contextOf } from "../../manifests/manifest-workloads";
import type { Manifest } from "../../manifests/manifests";
import type { Admission, PodUnderTest, DryRunAnswer } from "./pod-under-test";
import { credspecSentence } from "../../../rules/problem";

/** Admission with a given set of objects. */
export interface Backend {
  admission: Admission;
  /**
   * Credential specs of the manifests by name, to compare them with the contents that the cluster fills in.
   */
  manifested: ReadonlyMap<string, Credspec>;
}

export interface Backends {
  /** Whether a live cluster is asked. */
  isCluster: boolean;
  /** The namespace of objects that do not name one. */
  namespace: string;
  backendFor(manifests: readonly Manifest[], namespace: string): Backend;
  /** The nodes and RuntimeClasses that Pods of these manifests name, as far as known. */
  nodeFacts(manifests: readonly Manifest[]): Promise<NodeFacts>;
  /** Problems of the manifests' credential specs that would keep them from being stored. */
  readonly complaints: ReadonlySet<string>;
}

/** Uses the manifests alone. */
export function manifestBackends(namespace: string): Backends {
  const complaints = new Set<string>();
  return {
    isCluster: false,
    namespace,
    complaints,
    nodeFacts: manifests => Promise.resolve(factsOf(objectsOf(manifests))),
    backendFor: (manifests, where) => {
      const admission = new ManifestAdmission(objectsOf(manifests), where);
      for (const complaint of complaintsOf(admission.cluster)) {
        complaints.add(complaint);
      }
      return { admission, manifested: new Map() };
    },
  };
}

/**
 * Uses a live cluster.
 *
 * @throws Failure if it cannot be reached.
 */
export async function clusterBackends(
  kubeConfig: KubeConfig,
  namespace: string | undefined,
): Promise<Backends> {
  const [{ reachable }, { gmsaPodsOf, readNodeFacts }, { ServerDryRun }, { namespaceOf }] =
    await Promise.all([
      import("../../api/calls"),
      import("../../inspect/node-facts"),
      import("./server-dry-run"),
      import("../../options/cluster-options"),
    ]);
  await reachable(kubeConfig);
  const admission = new ServerDryRun(kubeConfig);
  return {
    isCluster: true,
    namespace: namespaceOf(namespace === undefined ? {} : { namespace }, kubeConfig) ?? "default",
    complaints: new Set(),
    nodeFacts: async manifests =>
      (await readNodeFacts(kubeConfig, gmsaPodsOf(objectsOf(manifests)))).facts,
    backendFor: (manifests, where) => ({
      admission,
      manifested: new ManifestAdmission(objectsOf(manifests), where).cluster.credspecs,
    }),
  };
}

function objectsOf(manifests: readonly Manifest[]): Manifest["object"][] {
  return manifests.map(({ object }) => object);
}

/**
 * Credential specs that the API server would refuse are left out. Those that only the webhook would refuse
 * may exist already.
 */
function complaintsOf({ faulty }: ManifestCluster): string[] {
  return faulty.map(({ name, findings, isLeftOut }) => {
    const what = isLeftOut
      ? "is left out, because an API server would refuse it"
      : "counts here as if it existed, but the webhook would not let it be written";
    const why = findings.map(credspecSentence).join("; ");
    return `warning: GMSACredentialSpec ${name} ${what}: ${why}`;
  });
}

/**
 * Admission in a cluster that has only the given objects: applies the rules and the policy with their
 * credential specs and RBAC.
 */
export class ManifestAdmission implements Admission {
  readonly #context: AdmissionContext & { cluster: ManifestCluster };

  /** @param namespace of objects that do not name one. */
  constructor(objects: readonly ObjectLike[], namespace: string) {
    this.#context = contextOf(objects, namespace);
  }

  get cluster(): ManifestCluster {
    return this.#context.cluster;
  }

  admit(podUnderTest: PodUnderTest): Promise<DryRunAnswer> {
    return admit(podUnderTest, this.#context);
  }
}
