/** Reads from a cluster what is looked at; each fact by itself, with the user's own rights. */
import type { KubeConfig } from "@kubernetes/client-node";
import {
  CoreV1Api,
  AdmissionregistrationV1Api,
  AppsV1Api,
  CustomObjectsApi,
} from "@kubernetes/client-node";

import { NAMESPACE, NAME, KEEPER } from "../../kube/installed-objects";
import { listAll } from "../../kube/pager";
import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import { ifThere, answerOf } from "../api/calls";
import type { Answer } from "../api/calls";
import { statusOf } from "../certificates/certificate-status";
import { KubeCertificates } from "../certificates/kube-certificates";
import type { CertificateStatus } from "../certificates/model";
import { readFacts } from "../certificates/read";
import { SHIPPED_POLICY } from "../manifests/shipped";
import { servedVersions, endpointsOf } from "./endpoints";
import { workloadFacts } from "./judged-workloads";
import { nodeReports } from "./node-reports";
import type { FactReaders, StoredCredspec } from "./state";
import { isWindows } from "./windows-node";

/** What to look at. */
export interface ReadOptions {
  /** The only namespace whose workloads are looked at; all if left out. */
  namespace?: string;
  now: Date;
}

/** Readers of the facts of one cluster. */
export function factReaders(kubeConfig: KubeConfig, options: ReadOptions): FactReaders {
  const readers = { ...admissionReaders(kubeConfig), ...installationReaders(kubeConfig, options) };
  return {
    ...readers,
    credspecs: fact("list gmsacredentialspecs", () => listCredspecs(kubeConfig)),
    windowsNodes: fact("list nodes", () =>
      listAll(
        page => kubeConfig.makeApiClient(CoreV1Api).listNode(page),
        node => (isWindows(node) ? node : undefined),
      ),
    ),
    nodeReports: fact("list pods", () => nodeReports(kubeConfig)),
    workloads: fact("list pods", () =>
      workloadFacts(kubeConfig, { readers, namespace: options.namespace }),
    ),
  };
}

/** What the API server itself decides by. */
function admissionReaders(
  kubeConfig: KubeConfig,
): Pick<FactReaders, "mutating" | "validating" | "policy" | "policyBindings" | "namespaces"> {
  const admission = kubeConfig.makeApiClient(AdmissionregistrationV1Api);
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const { name } = SHIPPED_POLICY.metadata;
  const all = <Item>(item: Item): Item => item;
  return {
    mutating: fact("list mutatingwebhookconfigurations", () =>
      listAll(page => admission.listMutatingWebhookConfiguration(page), all),
    ),
    validating: fact("list validatingwebhookconfigurations", () =>
      listAll(page => admission.listValidatingWebhookConfiguration(page), all),
    ),
    policy: fact("get validatingadmissionpolicies", () =>
      ifThere(admission.readValidatingAdmissionPolicy({ name })),
    ),
    policyBindings: fact("list validatingadmissionpolicybindings", () =>
      listAll(
        page => admission.listValidatingAdmissionPolicyBinding(page),
        binding => (binding.spec?.policyName === name ? binding : undefined),
      ),
    ),
    namespaces: fact("list namespaces", () =>
      listAll(
        page => core.listNamespace(page),
        ({ metadata }) => ({ name: metadata?.name ?? "", labels: metadata?.labels ?? {} }),
      ),
    ),
  };
}

function installationReaders(
  kubeConfig: KubeConfig,
  { now }: ReadOptions,
): Pick<FactReaders, "servedVersions" | "controller" | "keeper" | "endpoints" | "certificates"> {
  const apps = kubeConfig.makeApiClient(AppsV1Api);
  const deployment = (name: string): FactReaders["controller"] =>
    fact(`get deployments in namespace ${NAMESPACE}`, () =>
      ifThere(apps.readNamespacedDeployment({ namespace: NAMESPACE, name })),
    );
  return {
    servedVersions: fact(`get /apis/${CREDSPEC_RESOURCE.group}`, () => servedVersions(kubeConfig)),
    controller: deployment(NAME),
    keeper: deployment(KEEPER),
    endpoints: fact(`get services and list endpointslices in namespace ${NAMESPACE}`, () =>
      endpointsOf(kubeConfig),
    ),
    certificates: fact(`get secrets and list pods in namespace ${NAMESPACE}`, () =>
      ifThere(certificateStatus(kubeConfig, now)),
    ),
  };
}

async function listCredspecs(kubeConfig: KubeConfig): Promise<StoredCredspec[]> {
  const objects = kubeConfig.makeApiClient(CustomObjectsApi);
  type Stored = { metadata?: { name?: string }; credspec?: unknown };
  return listAll(
    page =>
      // Custom objects are not typed.
      objects.listClusterCustomObject({ ...CREDSPEC_RESOURCE, ...page }) as Promise<{
        items: Stored[];
      }>,
    ({ metadata, credspec }) => ({ name: metadata?.name ?? "", credspec }),
  );
}

function fact<Value>(right: string, read: () => Promise<Value>): () => Promise<Answer<Value>> {
  let answer: Promise<Answer<Value>> | undefined;
  return () => (answer ??= answerOf(right, read));
}

/** What `gmsa certs status` shows. */
export async function certificateStatus(
  kubeConfig: KubeConfig,
  now: Date,
): Promise<CertificateStatus> {
  return statusOf(await readFacts(await KubeCertificates.connect(kubeConfig), now));
}
