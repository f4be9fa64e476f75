/**
 * Pure: converts a Pod of a manifest to one that can be sent to an API server as a dry run, and back.
 *
 * The Pod gets a unique name, because the API server refuses to create one that exists. Ephemeral containers
 * are sent as init containers: they can only be added to an existing Pod, and a dry run does not leave one.
 * The rules are the same for both kinds, and so is the order of the places in messages.
 */
import {
  describePlace,
  placesOf,
  type ContainerLike,
  type PodLike,
} from "../../../rules/pod/windows-options";
import type { PodUnderTest } from "./pod-under-test";

/** Maximum length of the original name, so that there is room for the suffix. */
const LONGEST_NAME = 200;

export interface DryRunPod {
  body: PodLike;
  /** The returned Pod, with its own name and its containers in their original lists. */
  received(pod: PodLike): PodLike;
  /** Replaces generated names in a message by those that the user knows. */
  inOwnWords(message: string): string;
}

/** @param suffix makes the name unique. */
export function dryRunPodOf(podUnderTest: PodUnderTest, suffix: string): DryRunPod {
  const name = `${stem(nameOf(podUnderTest))}-gmsa-test-${suffix}`;
  const { spec = {} } = podUnderTest.pod;
  const { ephemeralContainers, ...rest } = spec;
  const ephemeral = ephemeralContainers ?? [];
  const names = new Set(ephemeral.map(container => container.name));
  const { labels, annotations } = (podUnderTest.pod.metadata ?? {}) as Metadata;
  const body = {
    metadata: { name, namespace: podUnderTest.namespace, ...present({ labels, annotations }) },
    spec: {
      ...rest,
      initContainers: [...(spec.initContainers ?? []), ...ephemeral.map(withoutTarget)],
    },
  };
  return {
    body,
    received: pod => received(pod, podUnderTest, names),
    inOwnWords: message => ownWords(message, podUnderTest, body),
  };
}

interface Metadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** The name of the Pod or of its workload. */
function nameOf({ workload }: PodUnderTest): string {
  return workload.slice(workload.indexOf("/") + 1);
}

function stem(name: string): string {
  return name
    .replace(/\*$/, "")
    .slice(0, LONGEST_NAME)
    .replace(/[-.]+$/, "");
}

/** Init containers do not have this field. */
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

/**
 * Replaces the names of the sent places and of the sent Pod, both as rules/pod renders them, by those of the
 * Pod under test. The name alone is also in the API server's own messages.
 */
function ownWords(message: string, podUnderTest: PodUnderTest, body: PodLike): string {
  const own = placesOf(podUnderTest.pod);
  const [pod, ...containers] = placesOf(body).flatMap((sent, index): [string, string][] => {
    const place = own[index];
    return place === undefined || sent.name === ""
      ? []
      : [[describePlace(sent), describePlace(place)]];
  });
  const replaced = (text: string, [from, to]: [string, string]): string =>
    text.replaceAll(from, to);
  const name = body.metadata?.name ?? "";
  const text = replaced(replaced(message, pod ?? ["", ""]), [name, nameOf(podUnderTest)]);
  // Policies have words of their own for places.
  return text.includes("ValidatingAdmissionPolicy ")
    ? text
    : containers.filter(([from, to]) => from !== to).reduce(replaced, text);
}
