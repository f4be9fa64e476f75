/**
 * The cluster that most e2e tests share: a new one, with a node if --cluster asks for it, or the
 * user's own if --cluster names it. Tests that break the cluster start their own.
 */

import { connectBed } from "../../testbed/bed/external-bed";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { startNodeBed } from "../../testbed/node/node-bed";
import { MANIFEST } from "../../testbed/manifests/built-manifest";

/** Environment variable with which attach-bed.ts finds the cluster in the test process. */
export const SHARED_BED = "GMSA_SHARED_BED";

/** Data for attaching to the cluster. */
export interface SharedBed {
  kubeconfigPath: string;
  kubectlProgram: string;
  hasControllerManager: boolean;
}

declare global {
  // Setup and teardown run in one process, but in different module registries.
  var gmsaSharedBed: Bed | undefined;
}

function log(line: string): void {
  console.error(line);
}

async function start(cluster: string | undefined): Promise<Bed> {
  if (cluster === "current" || cluster === "k3d") {
    return connectBed({ cluster, install: MANIFEST, log });
  }
  if (cluster === "node") return startNodeBed({ install: MANIFEST, log });
  return startBed({ replicas: 2, install: MANIFEST, log });
}

/** Jest's globalSetup. */
export default async function setUp(): Promise<void> {
  const bed = await start(process.env.GMSA_TEST_CLUSTER);
  globalThis.gmsaSharedBed = bed;
  const { kubeconfigPath, kubectlProgram, hasControllerManager } = bed;
  const shared: SharedBed = { kubeconfigPath, kubectlProgram, hasControllerManager };
  process.env[SHARED_BED] = JSON.stringify(shared);
}
