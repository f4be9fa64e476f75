/**
 * What of an admission request the rules read, and nothing more.
 *
 * Pepr clones and compares whole objects; with this view it does so for a few dozen bytes
 * instead of a whole Pod, and nothing else that a Pod carries, such as its environment, ever
 * reaches the code behind it.
 */
import { isObject } from "../object";
import { ownAnnotations } from "./opt-in-annotations";
import { OS_LABEL } from "./os";
import {
  CONTAINER_LISTS,
  type PodLike,
  type OwnerLike,
  type ContainerLike,
  type SecurityContextHolder,
  type WindowsOptions,
} from "./windows-options";

/** What the rules read of a Pod: a copy that holds nothing else. */
export function viewOf({ metadata, spec }: PodLike): PodLike {
  const view: PodLike = {
    metadata: defined({
      name: metadata?.name,
      namespace: metadata?.namespace,
      ownerReferences: ownersView(metadata?.ownerReferences),
      annotations: annotationsView(metadata?.annotations),
    }),
  };
  if (isObject(spec)) {
    view.spec = {
      ...defined({
        serviceAccountName: spec.serviceAccountName,
        hostname: spec.hostname,
        hostnameOverride: spec.hostnameOverride,
      }),
      ...nodeView(spec),
      ...securityView(spec),
    };
    for (const list of Object.keys(CONTAINER_LISTS) as (keyof typeof CONTAINER_LISTS)[]) {
      const containers = spec[list];
      if (Array.isArray(containers)) {
        view.spec[list] = containers.map(containerView);
      }
    }
  }
  return view;
}

/** Those that are for this module, if there are any. */
function annotationsView(annotations: unknown): Record<string, string> | undefined {
  const own = ownAnnotations(annotations);
  return Object.keys(own).length === 0 ? undefined : own;
}

/** Owners are only for the log. No rule reads or writes them, so no patch ever speaks of them. */
function ownersView(owners: unknown): OwnerLike[] | undefined {
  return Array.isArray(owners)
    ? owners
        .filter(isObject)
        .map(owner => owner as OwnerLike)
        .map(({ kind, name, controller }) => defined({ kind, name, controller }))
    : undefined;
}

/** What says which nodes a Pod is for; of a node affinity no more than that there is one. */
function nodeView({ os, nodeSelector, affinity }: NonNullable<PodLike["spec"]>): PodLike["spec"] {
  const selected = nodeSelector?.[OS_LABEL];
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return defined({
    os: os?.name === undefined ? undefined : { name: os.name },
    nodeSelector: selected === undefined ? undefined : { [OS_LABEL]: selected },
    affinity: isObject(required)
      ? { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } }
      : undefined,
  });
}

function containerView(container: unknown): ContainerLike {
  // Null keeps its place in the list, by which a patch counts.
  if (!isObject(container)) return { name: "" };
  const { name, restartPolicy, lifecycle } = container as ContainerLike;
  return {
    name,
    ...defined({ restartPolicy, lifecycle: lifecycleView(lifecycle) }),
    ...securityView(container as ContainerLike),
  };
}

/**
 * Whether there is a lifecycle and a postStart in it, and not what these do. Where there is a lifecycle
 * without one, a patch adds to it; a view that left it out would have the patch replace it.
 */
function lifecycleView(lifecycle: unknown): ContainerLike["lifecycle"] {
  if (!isObject(lifecycle)) return undefined;
  return "postStart" in lifecycle && isObject(lifecycle.postStart) ? { postStart: {} } : {};
}

function securityView(holder: SecurityContextHolder): SecurityContextHolder {
  const options = holder.securityContext?.windowsOptions;
  if (!isObject(options)) return {};
  const { gmsaCredentialSpecName, gmsaCredentialSpec, hostProcess } = options;
  const windowsOptions: WindowsOptions = defined({
    gmsaCredentialSpecName,
    gmsaCredentialSpec,
    hostProcess,
  });
  return { securityContext: { windowsOptions } };
}

/** Without members that are undefined: a patch would say "replace" where "add" is right. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as T;
}
