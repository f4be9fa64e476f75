/** Reads the state of an installation with the user's own rights, each part independently. */
import {
  AdmissionregistrationV1Api,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  DiscoveryV1Api,
  type KubeConfig,
  type V1Endpoint,
} from "@kubernetes/client-node";

import { CANARY, NAMESPACE, NAME, KEEPER } from "../../kube/installation-names";
import { listAllPages } from "../../kube/pager";
import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import { ifThere, lookUp, type Lookup } from "../api/calls";
import { statusOf } from "../certificates/certificate-status";
import { KubeCertificates } from "../certificates/kube-certificates";
import type { CertificateStatus } from "../certificates/model";
import { readCertificates } from "../certificates/read";
import { SHIPPED_POLICY } from "../manifests/shipped";
import { readAccountRights } from "./account-rights";
import { readInstalledObjects } from "./installed-objects";
import type { Probe } from "../../rules/canary/probe";
import { readCanary, refusedPods } from "./canary";
import { readNextPods } from "./next-pods";
import { readRbacObjects } from "./rbac-objects";
import { readWorkloads, type WorkloadFilter } from "./judged-workloads";
import { nodeReports } from "./node-reports";
import type { Collectors, InstallationState, StoredCredspec } from "./state";
import { isWindows } from "./windows-node";

/** What to read. */
export interface ReadOptions extends WorkloadFilter {
  /** A Pod that must be admitted, tried in addition to the one that must be refused. */
  canary?: Probe | undefined;
  now: Date;
}

/** Collectors of the state of one cluster. */
export function collectorsFor(kubeConfig: KubeConfig, options: ReadOptions): Collectors {
  const collectors = {
    ...admissionCollectors(kubeConfig),
    ...installationCollectors(kubeConfig, options),
    ...objectCollectors(kubeConfig),
  };
  return {
    ...collectors,
    now: () => Promise.resolve({ known: true, value: options.now.getTime() }),
    credspecs: collector("list gmsacredentialspecs", () => listCredspecs(kubeConfig)),
    windowsNodes: collector("list nodes", () =>
      listAllPages(
        page => kubeConfig.makeApiClient(CoreV1Api).listNode(page),
        node => (isWindows(node) ? node : undefined),
      ),
    ),
    rbac: collector("list roles, clusterroles, rolebindings and clusterrolebindings", () =>
      readRbacObjects(kubeConfig),
    ),
    nodeReports: collector("list pods", () => nodeReports(kubeConfig)),
    nextPods: collector(`create pods in namespace ${NAMESPACE}`, () =>
      readNextPods(kubeConfig, collectors),
    ),
    canary: collector("create pods", () =>
      readCanary(kubeConfig, collectors, [
        ...refusedPods(kubeConfig, options.namespace),
        ...(options.canary === undefined ? [] : [options.canary]),
      ]),
    ),
    workloads: collector("list pods", () => readWorkloads(kubeConfig, collectors, options)),
  };
}

/** Collectors of whole objects, and of values derived from them. */
function objectCollectors(
  kubeConfig: KubeConfig,
): Pick<Collectors, "installed" | "accountRights" | "modulePods"> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const installed = collector("get the objects of the installation", () =>
    readInstalledObjects(kubeConfig),
  );
  return {
    installed,
    accountRights: collector("create subjectaccessreviews", async () => {
      const lookup = await installed();
      return readAccountRights(kubeConfig, lookup.known ? lookup.value.objects : {});
    }),
    modulePods: collector(`list pods in namespace ${NAMESPACE}`, () =>
      listAllPages(
        page =>
          core.listNamespacedPod({
            namespace: NAMESPACE,
            labelSelector: `app in (${NAME}, ${KEEPER}, ${CANARY})`,
            ...page,
          }),
        pod => pod,
      ),
    ),
  };
}

/** Collectors of the objects that the API server itself uses to decide. */
function admissionCollectors(
  kubeConfig: KubeConfig,
): Pick<Collectors, "mutating" | "validating" | "policy" | "policyBindings" | "namespaces"> {
  const admission = kubeConfig.makeApiClient(AdmissionregistrationV1Api);
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const { name } = SHIPPED_POLICY.metadata;
  const all = <Item>(item: Item): Item => item;
  return {
    mutating: collector("list mutatingwebhookconfigurations", () =>
      listAllPages(page => admission.listMutatingWebhookConfiguration(page), all),
    ),
    validating: collector("list validatingwebhookconfigurations", () =>
      listAllPages(page => admission.listValidatingWebhookConfiguration(page), all),
    ),
    policy: collector("get validatingadmissionpolicies", () =>
      ifThere(admission.readValidatingAdmissionPolicy({ name })),
    ),
    policyBindings: collector("list validatingadmissionpolicybindings", () =>
      listAllPages(
        page => admission.listValidatingAdmissionPolicyBinding(page),
        binding => (binding.spec?.policyName === name ? binding : undefined),
      ),
    ),
    namespaces: collector("list namespaces", () =>
      listAllPages(
        page => core.listNamespace(page),
        ({ metadata }) => ({ name: metadata?.name ?? "", labels: metadata?.labels ?? {} }),
      ),
    ),
  };
}

function installationCollectors(
  kubeConfig: KubeConfig,
  { now }: ReadOptions,
): Pick<Collectors, "servedVersions" | "controller" | "keeper" | "endpoints" | "certificates"> {
  const apps = kubeConfig.makeApiClient(AppsV1Api);
  const deployment = (name: string): Collectors["controller"] =>
    collector(`get deployments in namespace ${NAMESPACE}`, () =>
      ifThere(apps.readNamespacedDeployment({ namespace: NAMESPACE, name })),
    );
  return {
    servedVersions: collector(`get /apis/${CREDSPEC_RESOURCE.group}`, () =>
      servedVersions(kubeConfig),
    ),
    controller: deployment(NAME),
    keeper: deployment(KEEPER),
    endpoints: collector(`get services and list endpointslices in namespace ${NAMESPACE}`, () =>
      endpointsOf(kubeConfig),
    ),
    certificates: collector(`get secrets and list pods in namespace ${NAMESPACE}`, () =>
      ifThere(certificateStatus(kubeConfig, now)),
    ),
  };
}

async function listCredspecs(kubeConfig: KubeConfig): Promise<StoredCredspec[]> {
  const objects = kubeConfig.makeApiClient(CustomObjectsApi);
  // Custom objects are untyped.
  type List = { items: { metadata?: { name?: string }; credspec?: unknown }[] };
  return listAllPages(
    page => objects.listClusterCustomObject({ ...CREDSPEC_RESOURCE, ...page }) as Promise<List>,
    ({ metadata, credspec }) => ({ name: metadata?.name ?? "", credspec }),
  );
}

function collector<Value>(right: string, read: () => Promise<Value>): () => Promise<Lookup<Value>> {
  let lookup: Promise<Lookup<Value>> | undefined;
  return () => (lookup ??= lookUp(right, read));
}

/** The status that `gmsa certs status` shows. */
async function certificateStatus(kubeConfig: KubeConfig, now: Date): Promise<CertificateStatus> {
  return statusOf(await readCertificates(await KubeCertificates.connect(kubeConfig), now));
}

/** Uses discovery, which every user may read. */
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

/** The endpoints of the webhook's Service. */
async function endpointsOf(kubeConfig: KubeConfig): Promise<InstallationState["endpoints"]> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const discovery = kubeConfig.makeApiClient(DiscoveryV1Api);
  const where = { namespace: NAMESPACE, labelSelector: `kubernetes.io/service-name=${NAME}` };
  const [service, slices] = await Promise.all([
    ifThere(core.readNamespacedService({ namespace: NAMESPACE, name: NAME })),
    listAllPages(
      page => discovery.listNamespacedEndpointSlice({ ...where, ...page }),
      // An empty list of endpoints arrives as null, although the type does not say so.
      ({ endpoints }) => (endpoints as V1Endpoint[] | null) ?? [],
    ),
  ]);
  const endpoints = slices.flat();
  // An endpoint without the condition counts as ready:
  // https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  return { service: service !== undefined, ready, others: endpoints.length - ready };
}
