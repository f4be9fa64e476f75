/** Pure: the Pods of a run. */
import type {
  V1Container,
  V1EphemeralContainer,
  V1Pod,
  V1PodSecurityContext,
} from "@kubernetes/client-node";

import { RUN_LABEL, type PlanOptions, type WindowsVersion } from "./case-model";

/** Names of the containers. */
export const CONTAINER = "ask";
export const INIT = "init";
export const EPHEMERAL = "added";

/** The place of a Pod that names the credential spec. */
export type PodPlace = "pod" | "container" | "init container";

/** The fields that depend on the place. */
interface PodContainers {
  securityContext?: V1PodSecurityContext;
  initContainers?: PlainContainer[];
  containers: PlainContainer[];
}

/** A core/v1 Container as a plain object. */
type PlainContainer = Pick<
  V1Container,
  "name" | "image" | "command" | "resources" | "securityContext"
>;

interface PodInput {
  name: string;
  version: WindowsVersion;
  options: PlanOptions;
  annotations?: Record<string, string>;
}

/** Runs until it is ended, in every Windows image. */
const WAIT = ["cmd", "/c", "ping -t 127.0.0.1 > nul"];
/** Ends it: cmd waits only for ping. */
export const END_COMMAND = ["taskkill", "/f", "/im", "ping.exe"];

/** A Pod that names the credential spec at one place. */
export function podWith({ place, ...input }: PodInput & { place: PodPlace }): V1Pod {
  const securityContext = {
    windowsOptions: { gmsaCredentialSpecName: input.options.credspecName },
  };
  const container = containerOf(CONTAINER, input);
  switch (place) {
    case "pod":
      return podOf(input, { securityContext, containers: [container] });
    case "container":
      return podOf(input, { containers: [{ ...container, securityContext }] });
    case "init container":
      return podOf(input, {
        initContainers: [{ ...containerOf(INIT, input), securityContext }],
        containers: [container],
      });
  }
}

/** The same Pod without GMSA. */
export function plainPod(input: PodInput): V1Pod {
  return podOf(input, { containers: [containerOf(CONTAINER, input)] });
}

/** @param containers the containers and the settings of the Pod that depend on the place. */
function podOf(
  { name, version, options, annotations }: PodInput,
  containers: PodContainers,
): V1Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: options.namespace,
      labels: { [RUN_LABEL]: options.run },
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      serviceAccountName: options.serviceAccount,
      automountServiceAccountToken: false,
      os: { name: "windows" },
      nodeSelector: version.nodeSelector,
      ...(version.tolerations.length === 0 ? {} : { tolerations: version.tolerations }),
      terminationGracePeriodSeconds: 5,
      ...containers,
    },
  };
}

/** An ephemeral container that names the credential spec. */
export function ephemeralContainer(
  version: WindowsVersion,
  options: PlanOptions,
): V1EphemeralContainer {
  return {
    name: EPHEMERAL,
    image: options.imageOf(version.name),
    command: WAIT,
    securityContext: { windowsOptions: { gmsaCredentialSpecName: options.credspecName } },
  };
}

/**
 * Requests match a waiting command. There are no limits, because Windows does not end processes that use too
 * much memory.
 */
function containerOf(name: string, { version, options }: Omit<PodInput, "name">): PlainContainer {
  return {
    name,
    image: options.imageOf(version.name),
    command: WAIT,
    resources: { requests: { cpu: "100m", memory: "200Mi" } },
  };
}
