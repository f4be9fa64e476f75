import { whyNoPolicies } from "../../testbed/node/policy-prerequisites";
import { NODE_STAGE_SKIPPED } from "./shared-node";

function whySkipped(): string | undefined {
  return process.env[NODE_STAGE_SKIPPED] ?? whyNoPolicies();
}

/**
 * `describe` for tests on a node that enforces NetworkPolicies; where there can be none they are
 * reported as skipped, and the reason is printed.
 */
export function describeWithPolicies(title: string, tests: () => void): void {
  const why = whySkipped();
  if (why !== undefined) console.log(`"${title}" is skipped: ${why}`);
  (why === undefined ? describe : describe.skip)(title, tests);
}
