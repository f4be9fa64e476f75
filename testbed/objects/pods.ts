import type { ContainerLike, PodLike, OwnerLike } from "../../rules/pod/windows-options";

/** How a test's Pod differs from the minimal Pod that an API server accepts. */
export interface PodSpec {
  serviceAccount?: string;
  /** Name of the Pod's credential spec. */
  credspec?: string;
  /** Inlined contents of that credential spec. */
  contents?: string;
  /** Names of the credential specs of additional containers. */
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

/** The same Pod, changed to meet the restricted Pod Security level for Windows. */
export function restricted(pod: CompletePod): CompletePod {
  const securityContext = { ...pod.spec.securityContext, runAsNonRoot: true };
  const spec = { ...pod.spec, os: { name: "windows" }, securityContext };
  return { ...pod, spec };
}

/** The same Pod, restricted to Windows nodes, so that its placement causes no warnings. */
export function onWindows(pod: CompletePod): CompletePod {
  const nodeSelector = { "kubernetes.io/os": "windows" };
  return { ...pod, spec: { ...pod.spec, os: { name: "windows" }, nodeSelector } };
}

/** A container, optionally with a credential spec of its own. */
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

/** A Pod whose containers have images, so that an API server accepts it. */
export interface CompletePod extends PodLike {
  metadata: { name: string; namespace: string; ownerReferences?: OwnerLike[] };
  spec: NonNullable<PodLike["spec"]>;
}
