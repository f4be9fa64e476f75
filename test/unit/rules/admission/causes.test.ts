import { causesOf, clusterFailureIn, denialReasonOf } from "../../../../rules/admission/causes";
import { noSuchCredspec, notAuthorized, useUnknown } from "../../../../rules/admission/denial";
import { DENIAL_REASONS, type Problem } from "../../../../rules/problem";
import { gmsaPlacesOf } from "../../../../rules/pod/windows-options";

const ACCOUNT = { namespace: "shop", name: "web" };

function placesIn(containers: number): ReturnType<typeof gmsaPlacesOf> {
  const securityContext = { windowsOptions: { gmsaCredentialSpecName: "webapp1" } };
  const named = Array.from({ length: containers }, (_, n) => ({ name: `c${n}`, securityContext }));
  return gmsaPlacesOf({ spec: { containers: named } });
}

const field = (index: number): string =>
  `spec.containers[${index}].securityContext.windowsOptions.gmsaCredentialSpecName`;

test("each place of a problem is a cause, and the first one has its message", () => {
  const denial = notAuthorized(ACCOUNT, "webapp1", placesIn(2), "");
  expect(causesOf([denial])).toEqual([
    { reason: "NotAuthorized", field: field(0), message: denial.problem },
    { reason: "NotAuthorized", field: field(1), message: "" },
  ]);
});

test("however many places there are, the causes are few, and no problem is left out", () => {
  const problems = Array.from({ length: 32 }, () => noSuchCredspec("webapp1", placesIn(1000)));
  const causes = causesOf(problems);
  expect(causes.length).toBeLessThanOrEqual(64);
  expect(Buffer.byteLength(JSON.stringify(causes))).toBeLessThan(8192);
  expect(causes.filter(({ message }) => message !== "")).toHaveLength(32);
});

describe("a failed call to the API server", () => {
  const why = "the API server answered 403: no";

  test("is causes of its own, with the bare values, behind the places of the problem", () => {
    const denial = useUnknown(ACCOUNT, "webapp1", placesIn(2), { why, code: 403 });
    expect(causesOf([denial])).toEqual([
      { reason: "ClusterFailed", field: field(0), message: denial.problem },
      { reason: "ClusterFailed", field: field(1), message: "" },
      { reason: "ClusterFailureCode", field: field(0), message: "403" },
      { reason: "ClusterFailureMessage", field: field(0), message: why },
    ]);
  });

  test.each([{ why, code: 403 }, { why: "the API server did not answer in time" }])(
    "is read back: %j",
    failure => {
      const causes = causesOf([useUnknown(ACCOUNT, "webapp1", placesIn(1), failure)]);
      expect(clusterFailureIn(causes)).toEqual(failure);
    },
  );

  test("is not cut off, however many places there are", () => {
    const causes = causesOf([useUnknown(ACCOUNT, "webapp1", placesIn(1000), { why, code: 403 })]);
    expect(clusterFailureIn(causes)).toEqual({ why, code: 403 });
    expect(causes.length).toBeLessThanOrEqual(64);
    expect(Buffer.byteLength(JSON.stringify(causes))).toBeLessThan(8192);
  });

  test("gives way to the problem where there is little room", () => {
    const failure = { why: "é".repeat(5000), code: 503 };
    const problems = Array.from({ length: 32 }, () =>
      useUnknown(ACCOUNT, "webapp1", placesIn(9), failure),
    );
    const causes = causesOf(problems);
    expect(causes.filter(({ reason }) => reason === "ClusterFailed")).toHaveLength(32);
    expect(Buffer.byteLength(JSON.stringify(causes))).toBeLessThan(8192);
  });

  test("is unknown for other refusals, and for those of an older webhook", () => {
    expect(clusterFailureIn([])).toEqual({});
    expect(clusterFailureIn([{ reason: "ClusterFailed", message: "why" }])).toEqual({});
  });
});

function problemWith(count: number, key: string): Problem {
  const places = Array.from({ length: count }, () => ({ path: [key], text: "" }));
  return { level: "error", reason: "types", places, problem: "", remedy: "" };
}

test("of short causes there are 64, and each problem has its share", () => {
  expect(causesOf([problemWith(100, "a")])).toHaveLength(64);
  const fields = causesOf([problemWith(100, "a"), problemWith(100, "b")]).map(({ field: f }) => f);
  expect(fields).toEqual([...Array<string>(32).fill("a"), ...Array<string>(32).fill("b")]);
});

test("the commas between causes count", () => {
  const bytesOf = (key: string): number =>
    Buffer.byteLength(JSON.stringify(causesOf([problemWith(1, key)])[0]));
  // 60 causes of 133 bytes would fit, and do not with the bytes between them.
  const key = "x".repeat(1 + 133 - bytesOf("x"));
  expect(bytesOf(key)).toBe(133);
  expect(causesOf([problemWith(60, key)])).toHaveLength(59);
});

test("nothing has no causes", () => {
  expect(causesOf([])).toEqual([]);
});

test.each(DENIAL_REASONS)("%s is one word, and is read back", reason => {
  const [cause] = causesOf([{ ...noSuchCredspec("a", placesIn(1)), reason }]);
  expect(cause?.reason).toMatch(/^([A-Z][a-zA-Z]*)$/);
  expect(denialReasonOf({ reason: cause?.reason ?? "" })).toBe(reason);
});

test("a reason of another webhook is not one of ours", () => {
  expect(denialReasonOf({ reason: "FieldValueInvalid" })).toBeUndefined();
});
