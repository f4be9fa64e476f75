import { fail, pass, warn } from "../report/check";
import { buildOf, nameOf, runtimeOf } from "../../inspect/windows-node";
import { reportingNodesCheck } from "./windows-nodes";

const SERVER_2019 = 17763;
/** KB5000822 of March 2021. */
const FIRST_GOOD_UPDATE = 1817;

/**
 * Checks that Windows can pass a credential spec from containerd to a container.
 *
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-gmsa/#containerd
 */
export const nodeBuild = reportingNodesCheck(
  {
    name: "node-build",
    title: "Windows Server 2019 with containerd has build 10.0.17763.1817 (KB5000822) or later",
  },
  (node, { report }) => {
    const build = buildOf(node, report);
    if (build === undefined) {
      const kernel = node.status?.nodeInfo?.kernelVersion ?? "";
      return warn(
        `${nameOf(node)} does not report its build; its kernel version is "${kernel}"`,
        "Let the node report it with the DaemonSet of deploy/windows/node-report, or see (Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion').UBR (`gmsa explain windows`).",
      );
    }
    const is = `${nameOf(node)} has ${build.text} (${build.name})`;
    if (build.release < SERVER_2019) {
      return fail(
        is,
        "Use Windows Server 2019 or later: Kubernetes does not run on earlier versions.",
      );
    }
    if (build.release > SERVER_2019 || runtimeOf(node) !== "containerd") return pass(is);
    if (build.update === undefined) {
      return warn(
        `${is}, without the number of its update`,
        "It must be 10.0.17763.1817 or later; `gmsa explain windows` shows how to check it.",
      );
    }
    return build.update < FIRST_GOOD_UPDATE
      ? fail(
          `${is}: containerd cannot use GMSA there before 10.0.17763.1817`,
          "Install KB5000822 or a later cumulative update, or replace the node with one that has a newer image.",
        )
      : pass(is);
  },
);
