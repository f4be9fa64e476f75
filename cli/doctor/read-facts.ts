/** Reads from a cluster what checks look at; each fact by itself, with the user's own rights. */
import {
  AdmissionregistrationV1Api,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  DiscoveryV1Api,
} from "@kubernetes/client-node";
import type { KubeConfig, V1Endpoint } from "@kubernetes/client-node";

import { CREDSPEC_RESOURCE } from "../../capabilities/credspec-resource";
import { KEEPER, NAME, NAMESPACE } from "../../certificates/names";
import { answerOf, ifThere } from "../kube/answer";
import type { Answer } from "../kube/answer";
import { listAll } from "../kube/list-all";
import type { Facts } from "./facts";
import { SHIPPED_POLICY } from "./shipped";
import { isWindows } from "./windows-node";

/** How each fact is found out. */
export type FactReaders = { [Fact in keyof Facts]: () => Promise<Answer<Facts[Fact]>> };

/** Readers of the facts of one cluster. */
export function factReaders(kubeConfig: KubeConfig): FactReaders {
  const admission = kubeConfig.makeApiClient(AdmissionregistrationV1Api);
  const apps = kubeConfig.makeApiClient(AppsV1Api);
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const all = <Item>(item: Item): Item => item;
  return {
    servedVersions: () =>
      answerOf(`get /apis/${CREDSPEC_RESOURCE.group}`, () => servedVersions(kubeConfig)),
    mutating: () =>
      answerOf("list mutatingwebhookconfigurations", () =>
        listAll(page => admission.listMutatingWebhookConfiguration(page), all),
      ),
    validating: () =>
      answerOf("list validatingwebhookconfigurations", () =>
        listAll(page => admission.listValidatingWebhookConfiguration(page), all),
      ),
    policy: () =>
      answerOf("get validatingadmissionpolicies", () =>
        ifThere(admission.readValidatingAdmissionPolicy({ name: SHIPPED_POLICY.metadata.name })),
      ),
    policyBindings: () =>
      answerOf("list validatingadmissionpolicybindings", () =>
        listAll(
          page => admission.listValidatingAdmissionPolicyBinding(page),
          binding =>
            binding.spec?.policyName === SHIPPED_POLICY.metadata.name ? binding : undefined,
        ),
      ),
    namespaces: () =>
      answerOf("list namespaces", () =>
        listAll(
          page => core.listNamespace(page),
          ({ metadata }) => ({ name: metadata?.name ?? "", labels: metadata?.labels ?? {} }),
        ),
      ),
    controller: () =>
      answerOf(`get deployments in namespace ${NAMESPACE}`, () =>
        ifThere(apps.readNamespacedDeployment({ namespace: NAMESPACE, name: NAME })),
      ),
    keeper: () =>
      answerOf(`get deployments in namespace ${NAMESPACE}`, () =>
        ifThere(apps.readNamespacedDeployment({ namespace: NAMESPACE, name: KEEPER })),
      ),
    endpoints: () =>
      answerOf(`get services and list endpointslices in namespace ${NAMESPACE}`, () =>
        endpoints(kubeConfig),
      ),
    windowsNodes: () =>
      answerOf("list nodes", () =>
        listAll(
          page => core.listNode(page),
          node => (isWindows(node) ? node : undefined),
        ),
      ),
  };
}

/** By discovery, which every user may read. */
async function servedVersions(kubeConfig: KubeConfig): Promise<string[]> {
  const objects = kubeConfig.makeApiClient(CustomObjectsApi);
  const { group, plural } = CREDSPEC_RESOURCE;
  const versions = await Promise.all(
    ["v1", "v1alpha1"].map(async version => {
      const list = await ifThere(objects.getAPIResources({ group, version }));
      return list?.resources.some(({ name }) => name === plural) === true ? [version] : [];
    }),
  );
  return versions.flat();
}

async function endpoints(kubeConfig: KubeConfig): Promise<Facts["endpoints"]> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const discovery = kubeConfig.makeApiClient(DiscoveryV1Api);
  const labelSelector = `kubernetes.io/service-name=${NAME}`;
  const [service, conditions] = await Promise.all([
    ifThere(core.readNamespacedService({ namespace: NAMESPACE, name: NAME })),
    listAll(
      page =>
        discovery.listNamespacedEndpointSlice({ namespace: NAMESPACE, labelSelector, ...page }),
      // An empty list of endpoints arrives as null, whatever the type says.
      slice =>
        ((slice.endpoints as V1Endpoint[] | null) ?? []).map(endpoint => endpoint.conditions),
    ),
  ]);
  // What says nothing is ready: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions
  const ready = conditions.flat().filter(condition => condition?.ready !== false).length;
  return { service: service !== undefined, ready, others: conditions.flat().length - ready };
}
