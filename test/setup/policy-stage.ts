import { whyNoPolicies } from "../../testbed/node/policy-prerequisites";
import { isKubeRouterBuilt } from "../../testbed/programs/kube-router-program";
import { NODE_STAGE_SKIPPED } from "./shared-node";

function whySkipped(): string | undefined {
  const why = process.env[NODE_STAGE_SKIPPED] ?? whyNoPolicies();
  if (why !== undefined || isKubeRouterBuilt()) return why;
  return "kube-router is not built, and there is no Go 1.26 to build it with";
}

/**
 * `describe` for tests on a node that enforces NetworkPolicies. Where that is not possible, the
 * tests are reported as skipped and the reason is printed.
 */
export function describeWithPolicies(title: string, tests: () => void): void {
  const why = whySkipped();
  if (why !== undefined) console.log(`"${title}" is skipped: ${why}`);
  (why === undefined ? describe : describe.skip)(title, tests);
}
