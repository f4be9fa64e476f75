import { pass, warn } from "../report/check";
import { nameOf, runtimeOf } from "../../inspect/windows-node";
import { windowsNodesCheck } from "./windows-nodes";

/** Checks the container runtime, which passes credential specs to containers. */
export const nodeRuntime = windowsNodesCheck(
  { name: "node-runtime", title: "Windows nodes run containerd" },
  node => {
    const version = node.status?.nodeInfo?.containerRuntimeVersion ?? "";
    if (runtimeOf(node) === "containerd") return pass(`${nameOf(node)} runs ${version}`);
    return warn(
      `${nameOf(node)} runs ${version === "" ? "an unknown container runtime" : version}, not containerd`,
      "Use nodes with containerd: other runtimes may not pass a credential spec to the container.",
    );
  },
);
