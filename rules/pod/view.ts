/**
 * Extracts the part of an admission request that the rules read.
 *
 * Pepr clones and compares whole objects. With this view it handles a few dozen bytes instead of a whole
 * Pod, and the rest of a Pod, such as its environment variables, never reaches the code behind it.
 */
import { isObject, valueAt } from "../object";
import { gmsaAnnotationsOf } from "./alpha-annotations";
import { ownAnnotations, type Annotations } from "./opt-in-annotations";
import {
  CONTAINER_LISTS,
  type PodLike,
  type NodeTerm,
  type OwnerLike,
  type ContainerLike,
  type SecurityContextHolder,
  type WindowsOptions,
} from "./windows-options";

/** Returns a copy of the fields of a Pod that the rules read. */
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

/**
 * Returns the annotations that a rule reads; undefined if there are none. The contents in annotations of
 * Kubernetes 1.14 are left out.
 */
export function annotationsView(annotations: unknown): Record<string, string> | undefined {
  const old = gmsaAnnotationsOf({ metadata: { annotations: annotations as Annotations } });
  const own = {
    ...ownAnnotations(annotations),
    ...Object.fromEntries(old.map(({ key, isName, value }) => [key, isName ? value : ""])),
  };
  return Object.keys(own).length === 0 ? undefined : own;
}

/** Owners are only for the log. No rule reads or writes them, so a patch never contains them. */
function ownersView(owners: unknown): OwnerLike[] | undefined {
  return Array.isArray(owners)
    ? owners
        .filter(isObject)
        .map(owner => owner as OwnerLike)
        .map(({ kind, name, controller }) => defined({ kind, name, controller }))
    : undefined;
}

function nodeView(spec: NonNullable<PodLike["spec"]>): PodLike["spec"] {
  const { os, nodeSelector, nodeName, runtimeClassName, affinity } = spec;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return defined({
    os: os?.name === undefined ? undefined : { name: os.name },
    nodeSelector: isObject(nodeSelector) ? { ...nodeSelector } : undefined,
    nodeName,
    runtimeClassName: runtimeClassName ?? undefined,
    affinity: isObject(required)
      ? { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: termsView(required) } }
      : undefined,
  });
}

function termsView({ nodeSelectorTerms }: { nodeSelectorTerms?: NodeTerm[] | null }): {
  nodeSelectorTerms: NodeTerm[];
} {
  const terms: unknown = nodeSelectorTerms;
  return {
    nodeSelectorTerms: (Array.isArray(terms) ? (terms as NodeTerm[]) : [])
      .filter(isObject)
      .map(term => term as NodeTerm)
      .map(({ matchExpressions, matchFields }) =>
        defined({
          matchExpressions: matchExpressions ?? undefined,
          matchFields: matchFields ?? undefined,
        }),
      ),
  };
}

function containerView(container: unknown): ContainerLike {
  // Null stays in the list, because a patch refers to containers by index.
  if (!isObject(container)) return { name: "" };
  const { name, restartPolicy, lifecycle } = container as ContainerLike;
  return {
    name,
    ...defined({ restartPolicy, lifecycle: lifecycleView(lifecycle) }),
    ...securityView(container),
  };
}

/**
 * Keeps whether there is a lifecycle and whether it has a postStart, but not their contents. If the view
 * omitted an existing lifecycle, a patch would replace it instead of adding to it.
 */
function lifecycleView(lifecycle: unknown): ContainerLike["lifecycle"] {
  if (!isObject(lifecycle)) return undefined;
  return isObject(valueAt(lifecycle, ["postStart"])) ? { postStart: {} } : {};
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

/** Removes undefined members. With them, a patch would contain "replace" instead of "add". */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as T;
}
