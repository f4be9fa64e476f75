/** Pure: the versions of Windows that the nodes of a cluster offer. */
import type { V1Node, V1Taint, V1Toleration } from "@kubernetes/client-node";

import { OS_LABEL } from "../../../rules/pod/os";
import { buildOf, BUILD_LABEL, isWindows } from "../../inspect/windows-node";
import { VERSIONS, type VersionName, type WindowsVersion } from "./case-model";

/** Why a Windows node gets no Pods. */
export type Unused = "not ready" | "unschedulable" | "no build" | "other release";

export interface Offered {
  /** Oldest first. */
  versions: WindowsVersion[];
  unused: { node: string; why: Unused }[];
}

const HOSTNAME_LABEL = "kubernetes.io/hostname";

export function offeredBy(nodes: readonly V1Node[]): Offered {
  const windows = nodes.filter(isWindows);
  const unused: Offered["unused"] = [];
  const byVersion = new Map<VersionName, V1Node[]>();
  for (const node of windows) {
    const why = whyUnused(node);
    if (why !== undefined) {
      unused.push({ node: nameOf(node), why });
      continue;
    }
    const version = versionOf(node) as VersionName;
    byVersion.set(version, [...(byVersion.get(version) ?? []), node]);
  }
  const versions = [...byVersion]
    .map(([name, those]) => versionOn(name, those))
    .sort((left, right) => left.name.localeCompare(right.name));
  return { versions, unused };
}

function whyUnused(node: V1Node): Unused | undefined {
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") return "not ready";
  if (node.spec?.unschedulable === true) return "unschedulable";
  if (buildOf(node) === undefined) return "no build";
  return versionOf(node) === undefined ? "other release" : undefined;
}

function versionOf(node: V1Node): VersionName | undefined {
  const release = buildOf(node)?.release ?? 0;
  return (VERSIONS as Readonly<Record<number, VersionName>>)[release];
}

/** Selects the nodes by the label that kubelets set. If a node lacks it, selects only the first node. */
function versionOn(name: VersionName, nodes: readonly V1Node[]): WindowsVersion {
  const builds = new Set(nodes.map(({ metadata }) => metadata?.labels?.[BUILD_LABEL]));
  const [build] = builds;
  const [first] = nodes;
  const hostname = first?.metadata?.labels?.[HOSTNAME_LABEL] ?? (first && nameOf(first)) ?? "";
  const isLabelled = build !== undefined && builds.size === 1;
  const chosen = isLabelled ? nodes : nodes.slice(0, 1);
  return {
    name,
    nodes: chosen.map(nameOf),
    nodeSelector: {
      [OS_LABEL]: "windows",
      ...(isLabelled ? { [BUILD_LABEL]: build } : { [HOSTNAME_LABEL]: hostname }),
    },
    tolerations: tolerationsOf(chosen.flatMap(({ spec }) => spec?.taints ?? [])),
  };
}

/** Tolerates the taints that reserve nodes, but not those that Kubernetes itself sets. */
function tolerationsOf(taints: readonly V1Taint[]): V1Toleration[] {
  const own = taints.filter(({ key }) => !/^node\.(?:cloudprovider\.)?kubernetes\.io\//.test(key));
  const byKey = new Map(
    own.map(taint => [`${taint.key}=${taint.value ?? ""}:${taint.effect}`, taint]),
  );
  return [...byKey.values()].map(({ key, value, effect }) => ({
    key,
    effect,
    ...(value === undefined ? { operator: "Exists" } : { operator: "Equal", value }),
  }));
}

function nameOf({ metadata }: V1Node): string {
  return metadata?.name ?? "";
}
