/** The schema of a suite. docs/how-to/test-suites.md explains each field. */
import * as z from "zod/mini";

import { DENIAL_REASONS } from "../../../rules/problem";
import { anyObject } from "../../manifests/object-shapes";
import { PLACE_RESULTS } from "./dry-run-result";
import { CLUSTER_REASONS } from "./pod-under-test";

export const SUITE_API_VERSION = "gmsa.pepr.dev/v1";
export const SUITE_KIND = "TestSuite";

/** Every reason that a suite can expect. */
const REASONS = [...DENIAL_REASONS, "namespace excluded", ...CLUSTER_REASONS] as const;

const name = z.string().check(z.minLength(1));
const files = z.optional(z.array(name));

/** `pod`, `container iis`, or a container name in quotes as in results. */
const place = z.string().check(
  z.regex(/^(?:pod|(?:init |ephemeral )?container (?:"[^"\s]+"|[^"\s]+))$/, {
    error:
      "is not a place: use pod, container NAME, init container NAME or ephemeral container NAME",
  }),
);

const expectation = z
  .strictObject({
    outcome: z.enum(["admitted", "refused"]),
    reasons: z.optional(z.array(z.enum(REASONS)).check(z.minLength(1))),
    message: z.optional(z.union([name, z.array(name)])),
    places: z.optional(z.record(place, z.enum([...PLACE_RESULTS, ...REASONS]))),
  })
  .check(
    z.refine(({ outcome, reasons, message }) => outcome === "refused" || !(reasons ?? message), {
      error: "an admitted Pod has no reasons and no message",
    }),
  );

const testCase = z.strictObject({
  name,
  namespace: z.optional(name),
  manifests: files,
  object: z.optional(anyObject),
  workload: z.optional(
    z
      .string()
      .check(z.regex(/^[A-Za-z]+\/[^/]+$/, { error: "must be kind/name, such as Deployment/web" })),
  ),
  expect: expectation,
});

export const suiteSchema = z.strictObject({
  apiVersion: z.literal(SUITE_API_VERSION),
  kind: z.literal(SUITE_KIND),
  name: z.optional(name),
  namespace: z.optional(name),
  manifests: files,
  cases: z.array(testCase).check(z.minLength(1)),
});

export type SuiteFields = z.infer<typeof suiteSchema>;
export type CaseFields = SuiteFields["cases"][number];
export type Expectation = CaseFields["expect"];
