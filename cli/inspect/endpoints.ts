/** Parts of the installation that take more than one call. */
import type { KubeConfig, V1Endpoint } from "@kubernetes/client-node";
import { CustomObjectsApi, CoreV1Api, DiscoveryV1Api } from "@kubernetes/client-node";

import { NAMESPACE, NAME } from "../../kube/installed-objects";
import { listAllPages } from "../../kube/pager";
import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import { ifThere } from "../api/calls";
import type { InstallationState } from "./state";

/** By discovery, which every user may read. */
export async function servedVersions(kubeConfig: KubeConfig): Promise<string[]> {
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

/** Where the Service of the webhook leads to. */
export async function endpointsOf(kubeConfig: KubeConfig): Promise<InstallationState["endpoints"]> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const discovery = kubeConfig.makeApiClient(DiscoveryV1Api);
  const where = { namespace: NAMESPACE, labelSelector: `kubernetes.io/service-name=${NAME}` };
  const [service, slices] = await Promise.all([
    ifThere(core.readNamespacedService({ namespace: NAMESPACE, name: NAME })),
    listAllPages(
      page => discovery.listNamespacedEndpointSlice({ ...where, ...page }),
      // An empty list of endpoints arrives as null, whatever the type says.
      ({ endpoints }) => (endpoints as V1Endpoint[] | null) ?? [],
    ),
  ]);
  const endpoints = slices.flat();
  // One that says nothing is ready:
  // https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  return { service: service !== undefined, ready, others: endpoints.length - ready };
}
