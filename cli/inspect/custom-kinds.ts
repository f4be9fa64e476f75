/** Finds the custom resources of a cluster that hold Pod templates, from its CRDs or by name. */
import type { KubeConfig } from "@kubernetes/client-node";

import { listAllPages, type PageRequest } from "../../kube/pager";
import { rawGet } from "../../kube/raw-get";
import { templateKindOf, type CrdLike, type ListedKind } from "../../rules/workload/custom-kinds";
import {
  customGroupsOf,
  kindNamesOf,
  resourceNamed,
  type ApiGroup,
  type ApiResource,
  type KindName,
} from "../../rules/workload/kind-name";
import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import { asked, lookUp, type Unread } from "../api/calls";
import { EXIT, Failure } from "../terminal/failure";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const LIST_THEM = "Run `kubectl api-resources --verbs=list` to list the resources of the cluster.";

/** API groups of the installation's own custom resources. None of them creates Pods. */
const OWN_GROUPS: readonly string[] = [CREDSPEC_RESOURCE.group, "pepr.dev"];

/** Kinds with Pod templates that are not part of Kubernetes. */
export interface CustomKinds {
  kinds: ListedKind[];
  /** Reasons why there may be more kinds. */
  unknown: Unread[];
}

/** The kinds whose CustomResourceDefinition shows that their objects can hold Pod templates. */
export async function customKindsOf(kubeConfig: KubeConfig): Promise<CustomKinds> {
  const found = await lookUp("list customresourcedefinitions", () =>
    listAllPages(
      page => listPage(kubeConfig, CRDS, page) as Promise<ObjectList<CrdLike>>,
      templateKindOf,
    ),
  );
  if (found.known) return { kinds: found.value, unknown: [] };
  // Every user may read discovery. It shows whether the cluster has custom resources at all.
  const groups = await lookUp("get /apis", () => groupsOf(kubeConfig));
  const others = groups.known
    ? customGroupsOf(groups.value).filter(name => !OWN_GROUPS.includes(name))
    : undefined;
  if (others?.length === 0) return { kinds: [], unknown: [] };
  const which = others === undefined ? "" : ` (API groups ${others.join(", ")})`;
  const why = `which custom resources hold Pod templates${which}: ${found.why}, or --kind`;
  // Not as a missing right: --kind is enough.
  return { kinds: [], unknown: [{ why, isForbidden: false }] };
}

/**
 * Looks up kinds that a user names in the discovery of the cluster.
 *
 * @throws Failure if the cluster does not have such a kind, or it does not create Pods in a namespace.
 */
export async function kindsNamed(
  kubeConfig: KubeConfig,
  names: readonly string[] = [],
): Promise<ListedKind[]> {
  if (names.length === 0) return [];
  const groups = await asked(groupsOf(kubeConfig));
  return Promise.all(names.map(name => kindNamed(kubeConfig, name, groups)));
}

async function kindNamed(
  kubeConfig: KubeConfig,
  text: string,
  groups: readonly ApiGroup[],
): Promise<ListedKind> {
  const names = kindNamesOf(text);
  const name = names.find(each => versionIn(groups, each) !== undefined);
  const version = name && versionIn(groups, name);
  if (name === undefined || version === undefined) {
    const group = names.map(each => each.group).join(" or ");
    throw new Failure(
      `--kind ${text}: the cluster has no API group ${group}`,
      LIST_THEM,
      EXIT.usage,
    );
  }
  const path = `/apis/${name.group}/${version}`;
  const { resources } = (await asked(rawGet(kubeConfig, path))) as { resources: ApiResource[] };
  const found = resourceNamed(name, resources);
  if (found === undefined) {
    const problem = `--kind ${text}: API group ${name.group} has no ${name.name} in version ${version}`;
    throw new Failure(problem, LIST_THEM, EXIT.usage);
  }
  const { kind, namespaced, verbs, name: plural } = found;
  if (!namespaced || !verbs.includes("list")) {
    const what = namespaced ? "cannot be listed" : "is not in a namespace, as Pods are";
    throw new Failure(`--kind ${text}: ${kind} ${what}`, LIST_THEM, EXIT.usage);
  }
  return { group: name.group, version, kind, plural };
}

/** The version to read. Undefined if the cluster does not have the group, or not in the named version. */
function versionIn(groups: readonly ApiGroup[], { group, version }: KindName): string | undefined {
  const found = groups.find(({ name }) => name === group);
  const versions = found?.versions.map(each => each.version) ?? [];
  if (version !== undefined) return versions.includes(version) ? version : undefined;
  return found?.preferredVersion?.version ?? versions[0];
}

async function groupsOf(kubeConfig: KubeConfig): Promise<ApiGroup[]> {
  return ((await rawGet(kubeConfig, "/apis")) as { groups: ApiGroup[] }).groups;
}

/** A page of a list. */
export interface ObjectList<Item> {
  items: Item[];
  metadata?: { continue?: string };
}

/** Reads a decoded page of a list. */
export function listPage(
  kubeConfig: KubeConfig,
  path: string,
  { limit, _continue: from }: PageRequest,
): Promise<unknown> {
  return rawGet(kubeConfig, path, {
    ...(limit === undefined ? {} : { limit: String(limit) }),
    ...(from === undefined ? {} : { continue: from }),
  });
}
