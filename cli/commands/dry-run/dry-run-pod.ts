/**
 * Pure: a Pod of manifests as it can be sent to an API server as a dry run, and back.
 *
 * It gets a name that no other Pod has, since one that exists already cannot be created. Ephemeral
 * containers are sent as init containers: they can only be added to a Pod that exists, and a dry run
 * leaves none; the rules are the same for both, and so is the order in which places are told.
 */
import type { ContainerLike, PodLike } from "../../../rules/pod/windows-options";
import type { PodUnderTest } from "./pod-under-test";

/** Of a Pod's name, so that there is room for what is added. */
const LONGEST_NAME = 200;

export interface DryRunPod {
  body: PodLike;
  /** The Pod that came back, with its own name and its containers where they were. */
  received(pod: PodLike): PodLike;
  /** A message, with the names that the user knows. */
  inOwnWords(message: string): string;
}

/** @param suffix makes the name one that no other Pod has. */
export function dryRunPodOf(podUnderTest: PodUnderTest, suffix: string): DryRunPod {
  const name = `${stem(nameOf(podUnderTest))}-gmsa-test-${suffix}`;
  const { spec = {} } = podUnderTest.pod;
  const { ephemeralContainers, ...rest } = spec;
  const ephemeral = ephemeralContainers ?? [];
  const names = new Set(ephemeral.map(container => container.name));
  const { labels, annotations } = (podUnderTest.pod.metadata ?? {}) as Metadata;
  return {
    body: {
      metadata: { name, namespace: podUnderTest.namespace, ...present({ labels, annotations }) },
      spec: {
        ...rest,
        initContainers: [...(spec.initContainers ?? []), ...ephemeral.map(withoutTarget)],
      },
    },
    received: pod => received(pod, podUnderTest, names),
    inOwnWords: message => ownWords(message, { name, podUnderTest, ephemeral: names }),
  };
}

interface Metadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** Of the Pod or of what makes it. */
function nameOf({ workload }: PodUnderTest): string {
  return workload.slice(workload.indexOf("/") + 1);
}

function stem(name: string): string {
  return name
    .replace(/\*$/, "")
    .slice(0, LONGEST_NAME)
    .replace(/[-.]+$/, "");
}

/** Init containers have no such field. */
function withoutTarget(container: ContainerLike): ContainerLike {
  return Object.fromEntries(
    Object.entries(container).filter(([key]) => key !== "targetContainerName"),
  ) as unknown as ContainerLike;
}

function present<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined && member !== null),
  ) as T;
}

function received(
  pod: PodLike,
  podUnderTest: PodUnderTest,
  ephemeral: ReadonlySet<string>,
): PodLike {
  const containers = pod.spec?.initContainers ?? [];
  return {
    metadata: podUnderTest.pod.metadata ?? {},
    spec: {
      ...pod.spec,
      initContainers: containers.filter(({ name }) => !ephemeral.has(name)),
      ephemeralContainers: containers.filter(({ name }) => ephemeral.has(name)),
    },
  };
}

function ownWords(
  message: string,
  {
    name,
    podUnderTest,
    ephemeral,
  }: { name: string; podUnderTest: PodUnderTest; ephemeral: ReadonlySet<string> },
): string {
  const ownName = podUnderTest.pod.metadata?.name ?? "";
  const text = message
    // The Pod of a workload has no name that anybody knows.
    .replaceAll(`pod "${name}"`, ownName === "" ? "pod" : `pod "${ownName}"`)
    .replaceAll(name, nameOf(podUnderTest));
  // The policy knows containers of all kinds as containers.
  return text.includes("ValidatingAdmissionPolicy ")
    ? text
    : [...ephemeral].reduce(
        (words, container) =>
          words.replaceAll(`init container "${container}"`, `ephemeral container "${container}"`),
        text,
      );
}
