import { causesOf, denialReasonOf } from "../../../../rules/admission/causes";
import { noSuchCredspec, notAuthorized } from "../../../../rules/admission/denial";
import { DENIAL_REASONS } from "../../../../rules/problem";
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
