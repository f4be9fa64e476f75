/**
 * The cluster that most e2e tests share: one made for them, or the user's own if it was named
 * with --cluster. Tests that break the cluster start their own.
 */
import { join } from "node:path";

import { connectBed, startBed } from "../cluster/bed";
import type { Bed } from "../cluster/bed";

const MANIFEST = join(__dirname, "../../dist/gmsa.yaml");

/** How attach-bed.ts finds the cluster, in the environment of the test process. */
export const SHARED_BED = "GMSA_SHARED_BED";

/** What is there to attach to. */
export interface SharedBed {
  kubeconfigPath: string;
  kubectlProgram: string;
  hasControllerManager: boolean;
}

declare global {
  // Setup and teardown run in one process, in different module registries.
  var gmsaSharedBed: Bed | undefined;
}

function log(line: string): void {
  console.error(line);
}

/** jest's globalSetup. */
export default async function setUp(): Promise<void> {
  const cluster = process.env.GMSA_TEST_CLUSTER;
  const bed =
    cluster === "current" || cluster === "k3d"
      ? await connectBed({ cluster, install: MANIFEST, log })
      : await startBed({ replicas: 2, install: MANIFEST, log });
  globalThis.gmsaSharedBed = bed;
  const { kubeconfigPath, kubectlProgram, hasControllerManager } = bed;
  const shared: SharedBed = { kubeconfigPath, kubectlProgram, hasControllerManager };
  process.env[SHARED_BED] = JSON.stringify(shared);
}
