import type { V1Node } from "@kubernetes/client-node";

import { check, skip } from "../check";
import type { Check, Observed } from "../check";

/** A check that looks at each Windows node by itself. */
export function windowsNodesCheck(
  definition: Pick<Check, "name" | "title">,
  observe: (node: V1Node) => Observed,
): Check {
  return check({
    ...definition,
    needs: ["windowsNodes"],
    judge({ windowsNodes }) {
      return windowsNodes.length === 0
        ? [skip("the cluster has no Windows node now")]
        : windowsNodes.map(observe);
    },
  });
}
