/** Reads from a cluster what is looked at; each fact by itself, with the user's own rights. */
import type { KubeConfig } from "@kubernetes/client-node";
import {
  CoreV1Api,
  AdmissionregistrationV1Api,
  AppsV1Api,
  CustomObjectsApi,
} from "@kubernetes/client-node";

import { NAMESPACE, NAME, KEEPER } from "../../kube/installed-objects";
import { listAllPages } from "../../kube/pager";
import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import { ifThere, lookUp } from "../api/calls";
import type { Lookup } from "../api/calls";
import { statusOf } from "../certificates/certificate-status";
import { KubeCertificates } from "../certificates/kube-certificates";
import type { CertificateStatus } from "../certificates/model";
import { readCertificates } from "../certificates/read";
import { SHIPPED_POLICY } from "../manifests/shipped";
import { servedVersions, endpointsOf } from "./endpoints";
import { readWorkloads } from "./judged-workloads";
import { nodeReports } from "./node-reports";
import type { Collectors, StoredCredspec } from "./state";
import { isWindows } from "./windows-node";

/** What to look at. */
export interface ReadOptions {
  /** The only namespace whose workloads are looked at; all if left out. */
  namespace?: string;
  now: Date;
}

/** Readers of the facts of one cluster. */
export function collectorsFor(kubeConfig: KubeConfig, options: ReadOptions): Collectors {
  const readers = { ...admissionReaders(kubeConfig), ...installationReaders(kubeConfig, options) };
  return {
    ...readers,
    credspecs: collector("list gmsacredentialspecs", () => listCredspecs(kubeConfig)),
    windowsNodes: collector("list nodes", () =>
      listAllPages(
        page => kubeConfig.makeApiClient(CoreV1Api).listNode(page),
        node => (isWindows(node) ? node : undefined),
      ),
    ),
    nodeReports: collector("list pods", () => nodeReports(kubeConfig)),
    workloads: collector("list pods", () =>
      readWorkloads(kubeConfig, { readers, namespace: options.namespace }),
    ),
  };
}

/** What the API server itself decides by. */
function admissionReaders(
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

function installationReaders(
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
  type Stored = { metadata?: { name?: string }; credspec?: unknown };
  return listAllPages(
    page =>
      // Custom objects are not typed.
      objects.listClusterCustomObject({ ...CREDSPEC_RESOURCE, ...page }) as Promise<{
        items: Stored[];
      }>,
    ({ metadata, credspec }) => ({ name: metadata?.name ?? "", credspec }),
  );
}

function collector<Value>(right: string, read: () => Promise<Value>): () => Promise<Lookup<Value>> {
  let answer: Promise<Lookup<Value>> | undefined;
  return () => (answer ??= lookUp(right, read));
}

/** What `gmsa certs status` shows. */
export async function certificateStatus(
  kubeConfig: KubeConfig,
  now: Date,
): Promise<CertificateStatus> {
  return statusOf(await readCertificates(await KubeCertificates.connect(kubeConfig), now));
}
