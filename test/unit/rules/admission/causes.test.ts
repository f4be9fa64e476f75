import { causesOf, denialReasonOf } from "../../../../rules/admission/causes";
import { noSuchCredspec, notAuthorized } from "../../../../rules/admission/denial";
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

test("each place of a problem is a cause, and the first one says what is wrong", () => {
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

test("a reason of others is none of ours", () => {
  expect(denialReasonOf({ reason: "FieldValueInvalid" })).toBeUndefined();
});
