import type { ContainerLike, PodLike, OwnerLike } from "../../rules/pod/windows-options";

/** How a test's Pod differs from the least that an API server accepts. */
export interface PodSpec {
  serviceAccount?: string;
  /** The credspec that the Pod names. */
  credspec?: string;
  /** Contents that come with that name. */
  contents?: string;
  /** Credspecs that containers of their own name. */
  containerCredspecs?: string[];
}

/** A Pod that a real API server accepts. */
export function podOf(namespace: string, name: string, spec: PodSpec = {}): CompletePod {
  const { serviceAccount, credspec, contents, containerCredspecs = [] } = spec;
  return {
    metadata: { name, namespace },
    spec: {
      serviceAccountName: serviceAccount,
      ...(credspec === undefined ? {} : { securityContext: naming(credspec, contents) }),
      containers: [
        containerOf("main"),
        ...containerCredspecs.map((named, index) => containerOf(`c${index}`, named)),
      ],
    },
  };
}

/** The same Pod, of the restricted Pod Security level as it is for Windows. */
export function restricted(pod: CompletePod): CompletePod {
  const securityContext = { ...pod.spec.securityContext, runAsNonRoot: true };
  const spec = { ...pod.spec, os: { name: "windows" }, securityContext };
  return { ...pod, spec };
}

/** The same Pod, for Windows nodes alone: there is nothing to be said of where it may run. */
export function onWindows(pod: CompletePod): CompletePod {
  const nodeSelector = { "kubernetes.io/os": "windows" };
  return { ...pod, spec: { ...pod.spec, os: { name: "windows" }, nodeSelector } };
}

/** A container, with a credspec of its own if one is named. */
export function containerOf(name: string, credspec?: string): ContainerLike {
  return {
    name,
    image: "image",
    ...(credspec === undefined ? {} : { securityContext: naming(credspec) }),
  } as ContainerLike;
}

function naming(credspec: string, contents?: string): ContainerLike["securityContext"] {
  return {
    windowsOptions: {
      gmsaCredentialSpecName: credspec,
      ...(contents === undefined ? {} : { gmsaCredentialSpec: contents }),
    },
  };
}

/** A Pod that names its containers' images, so that an API server accepts it. */
export interface CompletePod extends PodLike {
  metadata: { name: string; namespace: string; ownerReferences?: OwnerLike[] };
  spec: NonNullable<PodLike["spec"]>;
}
