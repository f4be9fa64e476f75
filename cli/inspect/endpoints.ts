/** Parts of the installation that take more than one call. */
import { CoreV1Api, CustomObjectsApi, DiscoveryV1Api } from "@kubernetes/client-node";
import type { KubeConfig, V1Endpoint } from "@kubernetes/client-node";

import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import { NAME, NAMESPACE } from "../../certificates/annotations";
import { KubeCertificates } from "../certificates/kube-certificates";
import { readFacts } from "../certificates/read";
import { statusOf } from "../certificates/certificate-status";
import type { CertificateStatus } from "../certificates/certificate-status";
import { ifThere } from "../api/calls";
import { listAll } from "../../kube/pager";
import type { Facts } from "./state";

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
export async function endpointsOf(kubeConfig: KubeConfig): Promise<Facts["endpoints"]> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const discovery = kubeConfig.makeApiClient(DiscoveryV1Api);
  const where = { namespace: NAMESPACE, labelSelector: `kubernetes.io/service-name=${NAME}` };
  const [service, slices] = await Promise.all([
    ifThere(core.readNamespacedService({ namespace: NAMESPACE, name: NAME })),
    listAll(
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

/** What `gmsa certs status` shows. */
export async function certificateStatus(
  kubeConfig: KubeConfig,
  now: Date,
): Promise<CertificateStatus> {
  return statusOf(await readFacts(await KubeCertificates.connect(kubeConfig), now));
}
