import { attachNodeBed } from "../../testbed/node/node-bed";
import type { NodeBed, SharedNodeBed } from "../../testbed/node/node-bed";
import { SHARED_NODE } from "./shared-node";

/**
 * The cluster with a real node that the node tests share, from the first hook on. To be called in
 * a `describeOnNode`; connections are closed after its tests.
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
