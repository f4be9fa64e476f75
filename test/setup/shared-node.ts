/** The cluster with a real node that the node tests share. */

import type { OwnNodeBed, SharedNodeBed } from "../../testbed/node/node-bed";
import { MANIFEST } from "../../testbed/manifests/built-manifest";

/** Environment variable with which attach-node.ts finds the cluster in the test process. */
export const SHARED_NODE = "GMSA_SHARED_NODE";

/** Environment variable that test/run.ts sets to the reason why a node is not possible here. */
export const NODE_STAGE_SKIPPED = "GMSA_NODE_STAGE_SKIPPED";

declare global {
  // Setup and teardown run in one process, but in different module registries.
  var gmsaSharedNode: OwnNodeBed | undefined;
}

function log(line: string): void {
  console.error(line);
}

/** Jest's globalSetup. */
export default async function setUp(): Promise<void> {
  if (process.env[NODE_STAGE_SKIPPED] !== undefined) return;
  // Loaded here, because test/run.ts needs only the names above.
  const { startNodeBed } = await import("../../testbed/node/node-bed");
  const bed = await startNodeBed({ install: MANIFEST, log });
  globalThis.gmsaSharedNode = bed;
  const { kubeconfigPath, kubectlProgram, node } = bed;
  const shared: SharedNodeBed = { kubeconfigPath, kubectlProgram, dir: node.dir, pid: node.pid };
  process.env[SHARED_NODE] = JSON.stringify(shared);
}
