import { JsonProjection, type JsonProblem } from "../../../webhook/json-projection";
import { asksFor, LIMITS } from "../../../webhook/review-body";
import recorded from "../../fixtures/reviews/recorded.json";

const MIB = 1024 * 1024;

/** Reads a recorded review with contents of this length, in chunks as a connection delivers them. */
function read(length: number): string | JsonProblem {
  const review = structuredClone(recorded[0]) as { request: { object: { spec: object } } };
  const windowsOptions = { gmsaCredentialSpecName: "a", gmsaCredentialSpec: "x".repeat(length) };
  Object.assign(review.request.object.spec, { securityContext: { windowsOptions } });
  const bytes = Buffer.from(JSON.stringify(review));
  const projection = new JsonProjection(asksFor([]).wanted, LIMITS);
  for (let at = 0; at < bytes.length; at += 65_536) {
    const problem = projection.write(bytes.subarray(at, at + 65_536));
    if (problem !== undefined) return problem;
  }
  return projection.end();
}

test("of a review, 20 MiB of kept fields are read, and no more", () => {
  expect(read(20 * MIB - 8192)).toHaveProperty("length");
  expect(read(20 * MIB)).toMatchObject({ reason: "too large" });
  expect(read(21 * MIB)).toEqual({
    reason: "too large",
    path: ["request", "object", "spec", "securityContext", "windowsOptions", "gmsaCredentialSpec"],
  });
});
