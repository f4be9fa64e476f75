/** Where Pods are tried: among manifests alone, or in a live cluster. */
import type { KubeConfig } from "@kubernetes/client-node";

import { admit, type AdmissionContext } from "../../../rules/admission/review";
import type { Credspec } from "../../../rules/credspec/contents";
import type { ObjectLike } from "../../../rules/object";
import { factsOf, type NodeFacts } from "../../../rules/pod/placement";
import type { ManifestCluster } from "../../manifests/manifest-cluster";
import { contextOf } from "../../manifests/manifest-workloads";
import type { Manifest } from "../../manifests/manifests";
import type { Admission, PodUnderTest, DryRunAnswer } from "./pod-under-test";
import { credspecSentence } from "../../../rules/problem";

/** Admission where there are certain objects. */
export interface Backend {
  admission: Admission;
  /** Credspecs of the manifests, to compare with what the cluster fills in; by name. */
  manifested: ReadonlyMap<string, Credspec>;
}

export interface Backends {
  /** A live one is asked. */
  isCluster: boolean;
  /** Of objects for which nobody says one. */
  namespace: string;
  backendFor(manifests: readonly Manifest[], namespace: string): Backend;
  /** What is known of nodes and RuntimeClasses that Pods of these manifests name. */
  nodeFacts(manifests: readonly Manifest[]): Promise<NodeFacts>;
  /** What is wrong with credspecs of the manifests, so that they would not be there. */
  readonly complaints: ReadonlySet<string>;
}

/** By manifests alone. */
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
 * By a live cluster.
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

/** What an API server would not take is left out; what the webhook would not may be there already. */
function complaintsOf({ faulty }: ManifestCluster): string[] {
  return faulty.map(({ name, findings, isLeftOut }) => {
    const what = isLeftOut
      ? "is left out, because an API server would refuse it"
      : "counts here, but could not be written again";
    const why = findings.map(credspecSentence).join("; ");
    return `warning: GMSACredentialSpec ${name} ${what}: ${why}`;
  });
}

/**
 * Admission in the cluster that there would be with the given objects and nothing else: the rules,
 * and the policy, with the objects' credspecs and RBAC.
 */
export class ManifestAdmission implements Admission {
  readonly #context: AdmissionContext & { cluster: ManifestCluster };

  /** @param namespace of objects that name none. */
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
