import type { V1Node } from "@kubernetes/client-node";

import { fail, pass, warn, type Observed } from "../report/check";
import { BUILD_LABEL, buildOf, nameOf } from "../../inspect/windows-node";
import { OS_LABEL } from "../../../rules/pod/os";
import { windowsNodesCheck } from "./windows-nodes";

/** Checks that Pods find Windows nodes, and nodes of their own Windows version, by labels. */
export const nodeLabels = windowsNodesCheck(
  {
    name: "node-labels",
    title: `Windows nodes have the labels ${OS_LABEL} and ${BUILD_LABEL}`,
  },
  node =>
    aboutOs(node) ??
    aboutBuild(node) ??
    pass(`${nameOf(node)} has labels that name Windows and its version`),
);

function aboutOs(node: V1Node): Observed | undefined {
  const label = node.metadata?.labels?.[OS_LABEL];
  if (label === "windows") return undefined;
  return fail(
    `${nameOf(node)} runs Windows and has ${described(OS_LABEL, label)}: Pods that select Windows are not scheduled there`,
    set(node, OS_LABEL, "windows"),
  );
}

function aboutBuild(node: V1Node): Observed | undefined {
  const label = node.metadata?.labels?.[BUILD_LABEL];
  const build = buildOf(node)?.text.split(".").slice(0, 3).join(".");
  if (build === undefined || label === build) return undefined;
  return warn(
    `${nameOf(node)} runs ${build} and has ${described(BUILD_LABEL, label)}: Pods that select their Windows version get the wrong node`,
    set(node, BUILD_LABEL, build),
  );
}

function described(key: string, label: string | undefined): string {
  return label === undefined ? `no label ${key}` : `the label ${key}=${label}`;
}

function set({ metadata }: V1Node, key: string, value: string): string {
  return `The kubelet sets it when it registers the node. To set it by hand, run \`kubectl label node ${metadata?.name ?? ""} --overwrite ${key}=${value}\`.`;
}
