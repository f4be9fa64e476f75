import {
  refuseAtLimit,
  refusePathOf,
  refuseUnlessManual,
} from "../../../../../cli/commands/certs/ownership";
import type { Observation } from "../../../../../certificates/installation";

function rotatedAt(rotations: Date[]): Observation {
  const pair = { certificate: "", key: "", ca: "", own: true, renew: "", renewed: "", rotations };
  return { pair, apiPath: "path", configurations: [] };
}

test("a certificate is not renewed at a limit, because it would be renewed later, unexpectedly", () => {
  const now = new Date();
  const rotations = Array.from({ length: 6 }, (_, i) => new Date(now.getTime() - i * 1000));
  expect(() => {
    refuseAtLimit(rotatedAt(rotations), now);
  }).toThrow("the certificate cannot be rotated now: it was rotated 6 times within an hour");
  expect(() => {
    refuseAtLimit(rotatedAt(rotations.slice(1)), now);
  }).not.toThrow();
});

test("trust is written by hand only where the certificate controller does not write it", () => {
  expect(() => {
    refuseUnlessManual("automatic");
  }).toThrow("pepr-gmsa-certificates lets the API server trust its CA automatically");
  expect(() => {
    refuseUnlessManual("manual");
  }).not.toThrow();
});

test("the path is replaced only where the certificate controller may write it", () => {
  expect(() => {
    refusePathOf("manual");
  }).toThrow("pepr-gmsa-certificates may not change the webhook configurations");
  expect(() => {
    refusePathOf("automatic");
  }).not.toThrow();
});
