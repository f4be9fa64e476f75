import {
  AppsV1Api,
  CoreV1Api,
  type KubeConfig,
  type V1Container,
  type V1EnvVar,
  type V1PodSpec,
  type V1Volume,
} from "@kubernetes/client-node";

/** Namespace and name of the Deployment (and Service) that Pepr generates. */
export const target = { namespace: "pepr-system", name: "pepr-gmsa" } as const;

/** Name of the certificate controller's Deployment, which Pepr's own YAML does not have. */
export const certificates = "pepr-gmsa-certificates";

/** Name of the canary's Deployment, which only the component canary has. */
export const canary = "pepr-gmsa-canary";

/** A container as the kubelet would run it. */
export interface ContainerPlan {
  name: string;
  /** Program and arguments. */
  command: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** File names and contents. */
export type Files = Readonly<Record<string, Buffer>>;

/** A folder in the container, with the contents of a mounted Secret. */
export interface Mount {
  path: string;
  /** Undefined for an emptyDir. */
  secretName: string | undefined;
  files: Files;
}

/** The contents of a Pod of the Deployment, including its Secrets. */
export interface PodPlan {
  serviceAccount: string;
  /** Number of replicas in the Deployment. */
  replicas: number;
  initContainers: readonly ContainerPlan[];
  container: ContainerPlan;
  mounts: readonly Mount[];
  /** Path of the readiness probe, such as "/readyz"; undefined without a probe. */
  readinessPath: string | undefined;
  /** Milliseconds between leaving the Service and SIGTERM. */
  preStopMs: number;
  /** Milliseconds between the decision to end the Pod and SIGKILL. */
  gracePeriodMs: number;
}

const fields: Readonly<Record<string, string>> = {
  "metadata.name": `${target.name}-bed`,
  "metadata.namespace": target.namespace,
  "spec.nodeName": "bed",
  "status.podIP": "127.0.0.1",
};

function valueOf(variable: V1EnvVar, serviceAccount: string): string {
  if (!variable.valueFrom) return variable.value ?? "";
  const known: Readonly<Record<string, string>> = {
    ...fields,
    "spec.serviceAccountName": serviceAccount,
  };
  const value = known[variable.valueFrom.fieldRef?.fieldPath ?? ""];
  if (value !== undefined) return value;
  throw new Error(`the test bed cannot fill the variable ${variable.name} of the Deployment`);
}

function planContainer(container: V1Container, serviceAccount: string): ContainerPlan {
  return {
    name: container.name,
    // The image's entry point is node.
    command: [...(container.command ?? ["node"]), ...(container.args ?? [])],
    env: Object.fromEntries(
      (container.env ?? []).map(item => [item.name, valueOf(item, serviceAccount)]),
    ),
  };
}

/** The contents of a Secret. */
export async function filesOfSecret(core: CoreV1Api, name: string): Promise<Files> {
  const secret = await core.readNamespacedSecret({ name, namespace: target.namespace });
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64")]),
  );
}

async function planMount(path: string, volume: V1Volume, core: CoreV1Api): Promise<Mount> {
  if (volume.emptyDir) return { path, secretName: undefined, files: {} };
  const secretName = volume.secret?.secretName;
  if (!secretName || volume.secret?.items) {
    throw new Error(`the test bed cannot mount the volume ${volume.name} of the Deployment`);
  }
  return { path, secretName, files: await filesOfSecret(core, secretName) };
}

async function planMounts(spec: V1PodSpec, core: CoreV1Api): Promise<Mount[]> {
  const paths = new Map<string, string>();
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const mount of container.volumeMounts ?? []) paths.set(mount.mountPath, mount.name);
  }
  return Promise.all(
    [...paths].map(([path, name]) => {
      const volume = (spec.volumes ?? []).find(item => item.name === name);
      if (!volume) throw new Error(`the Deployment mounts ${name}, which is none of its volumes`);
      return planMount(path, volume, core);
    }),
  );
}

/** Reads the readiness probe and how the container is stopped. */
function planLife(
  pod: V1PodSpec,
  container: V1Container,
): Pick<PodPlan, "readinessPath" | "preStopMs" | "gracePeriodMs"> {
  return {
    readinessPath: container.readinessProbe?.httpGet?.path,
    preStopMs: 1000 * (container.lifecycle?.preStop?.sleep?.seconds ?? 0),
    gracePeriodMs: 1000 * (pod.terminationGracePeriodSeconds ?? 30),
  };
}

/**
 * Reads the Deployment and the Secrets that it mounts from the cluster.
 * @throws if one is missing, or if the Deployment uses a feature that the test bed does not support
 */
export async function readPod(
  kubeConfig: KubeConfig,
  deployment: string = target.name,
): Promise<PodPlan> {
  const apps = kubeConfig.makeApiClient(AppsV1Api);
  const { spec } = await apps.readNamespacedDeployment({ ...target, name: deployment });
  const pod = spec?.template.spec;
  const container = pod?.containers[0];
  if (!pod || !container) throw new Error(`the Deployment ${deployment} has no container`);
  const serviceAccount = pod.serviceAccountName ?? "default";
  return {
    serviceAccount,
    replicas: spec.replicas ?? 1,
    initContainers: (pod.initContainers ?? []).map(each => planContainer(each, serviceAccount)),
    container: planContainer(container, serviceAccount),
    mounts: await planMounts(pod, kubeConfig.makeApiClient(CoreV1Api)),
    ...planLife(pod, container),
  };
}

/** A token for the Pod's ServiceAccount, valid for a day. */
export async function requestToken(kubeConfig: KubeConfig, pod: PodPlan): Promise<string> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const answer = await core.createNamespacedServiceAccountToken({
    name: pod.serviceAccount,
    namespace: target.namespace,
    body: { spec: { audiences: [], expirationSeconds: 24 * 3600 } },
  });
  if (!answer.status) throw new Error(`no token for the ServiceAccount ${pod.serviceAccount}`);
  return answer.status.token;
}
