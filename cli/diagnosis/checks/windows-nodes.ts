import type { V1Node } from "@kubernetes/client-node";

import type { NodeReport } from "../../inspect/node-reports";
import { check, skip, type Check, type Observed } from "../report/check";

/** A node's own report, or why an expected report is missing. */
export interface SelfReport {
  report?: NodeReport | undefined;
  silence?: string | undefined;
}

/** A check that looks at each Windows node separately. */
export function windowsNodesCheck(
  definition: Pick<Check, "name" | "title">,
  observe: (node: V1Node) => Observed,
): Check {
  return check({
    ...definition,
    needs: ["windowsNodes"],
    judge: ({ windowsNodes }) => ofEach(windowsNodes, observe),
  });
}

/** A check that also gets the reports of deploy/windows/node-report. */
export function reportingNodesCheck(
  definition: Pick<Check, "name" | "title">,
  observe: (node: V1Node, self: SelfReport) => Observed,
): Check {
  return check({
    ...definition,
    needs: ["windowsNodes", "nodeReports"],
    judge: ({ windowsNodes, nodeReports: { reports, silent, unknown } }) =>
      ofEach(windowsNodes, node => {
        const name = node.metadata?.name ?? "";
        return observe(node, { report: reports[name], silence: silent[name] ?? unknown });
      }),
  });
}

function ofEach(nodes: readonly V1Node[], observe: (node: V1Node) => Observed): Observed[] {
  return nodes.length === 0
    ? [skip("the cluster does not have Windows nodes now")]
    : nodes.map(observe);
}
