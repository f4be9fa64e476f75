import { attachBed as attach } from "../../testbed/bed/external-bed";
import type { Bed } from "../../testbed/bed/bed";
import { SHARED_BED } from "./shared-bed";
import type { SharedBed } from "./shared-bed";

/** The cluster that the e2e tests share. Its connections are closed after the file's tests. */
export function attachBed(): Bed {
  const shared = process.env[SHARED_BED];
  if (shared === undefined) {
    throw new Error("no cluster was started; run these tests with `npm run test:e2e`");
  }
  const bed = attach(JSON.parse(shared) as SharedBed);
  afterAll(() => bed.stop());
  return bed;
}
