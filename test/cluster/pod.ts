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

/** A container as the kubelet would run it. */
export interface ContainerPlan {
  name: string;
  /** Program and arguments. */
  command: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** A folder in the container: file names and contents. */
export interface Mount {
  path: string;
  files: Readonly<Record<string, Buffer>>;
}

/** What a Pod of the Deployment consists of, with its Secrets read. */
export interface PodPlan {
  serviceAccount: string;
  /** What the Deployment asks for. */
  replicas: number;
  initContainers: readonly ContainerPlan[];
  container: ContainerPlan;
  mounts: readonly Mount[];
  /** From the decision to end the Pod to SIGKILL, in milliseconds. */
  gracePeriodMs: number;
}

const fields: Readonly<Record<string, string>> = {
  "metadata.name": `${target.name}-bed`,
  "metadata.namespace": target.namespace,
  "spec.nodeName": "bed",
  "status.podIP": "127.0.0.1",
};

function valueOf(variable: V1EnvVar): string {
  if (!variable.valueFrom) return variable.value ?? "";
  const value = fields[variable.valueFrom.fieldRef?.fieldPath ?? ""];
  if (value !== undefined) return value;
  throw new Error(`the test bed cannot fill the variable ${variable.name} of the Deployment`);
}

function planContainer(container: V1Container): ContainerPlan {
  return {
    name: container.name,
    // The image's entry point is node.
    command: [...(container.command ?? ["node"]), ...(container.args ?? [])],
    env: Object.fromEntries((container.env ?? []).map(item => [item.name, valueOf(item)])),
  };
}

async function filesOf(volume: V1Volume, core: CoreV1Api): Promise<Record<string, Buffer>> {
  if (volume.emptyDir) return {};
  const name = volume.secret?.secretName;
  if (!name || volume.secret?.items) {
    throw new Error(`the test bed cannot mount the volume ${volume.name} of the Deployment`);
  }
  const secret = await core.readNamespacedSecret({ name, namespace: target.namespace });
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64")]),
  );
}

async function planMounts(spec: V1PodSpec, core: CoreV1Api): Promise<Mount[]> {
  const paths = new Map<string, string>();
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const mount of container.volumeMounts ?? []) paths.set(mount.mountPath, mount.name);
  }
  return Promise.all(
    [...paths].map(async ([path, name]) => {
      const volume = (spec.volumes ?? []).find(item => item.name === name);
      if (!volume) throw new Error(`the Deployment mounts ${name}, which is none of its volumes`);
      return { path, files: await filesOf(volume, core) };
    }),
  );
}

function gracePeriodOf(pod: V1PodSpec): number {
  return 1000 * (pod.terminationGracePeriodSeconds ?? 30);
}

/**
 * Reads the Deployment and the Secrets it mounts from the cluster.
 * @throws if one is missing, or if the Deployment uses what the test bed cannot imitate
 */
export async function readPod(kubeConfig: KubeConfig): Promise<PodPlan> {
  const apps = kubeConfig.makeApiClient(AppsV1Api);
  const { spec } = await apps.readNamespacedDeployment(target);
  const pod = spec?.template.spec;
  const container = pod?.containers[0];
  if (!pod || !container) throw new Error(`the Deployment ${target.name} has no container`);
  return {
    serviceAccount: pod.serviceAccountName ?? "default",
    replicas: spec.replicas ?? 1,
    initContainers: (pod.initContainers ?? []).map(planContainer),
    container: planContainer(container),
    mounts: await planMounts(pod, kubeConfig.makeApiClient(CoreV1Api)),
    gracePeriodMs: gracePeriodOf(pod),
  };
}

/** A token for the Pod's ServiceAccount that is good for a day. */
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
