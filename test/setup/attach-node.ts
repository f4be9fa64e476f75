import { attachNodeBed } from "../../testbed/node/node-bed";
import type { NodeBed, SharedNodeBed } from "../../testbed/node/node-bed";
import { SHARED_NODE } from "./shared-node";

/**
 * The cluster with a real node that the node tests share, available from the first hook on. Call it
 * in a `describeOnNode`; its connections are closed after those tests.
 */
export function attachNode(): () => NodeBed {
  let bed: NodeBed | undefined;
  beforeAll(() => {
    const shared = process.env[SHARED_NODE];
    if (shared === undefined) {
      throw new Error("no node was started; run these tests with `npm run test:node`");
    }
    bed = attachNodeBed(JSON.parse(shared) as SharedNodeBed);
  });
  afterAll(() => bed?.stop());
  return () => {
    if (bed === undefined) throw new Error("the node is there from the first hook on");
    return bed;
  };
}
