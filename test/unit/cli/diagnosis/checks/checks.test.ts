import { applyPatch } from "fast-json-patch";

import type { Check, Observed } from "../../../../../cli/diagnosis/report/check";
import { CHECK_NAMES } from "../../../../../cli/diagnosis/check-codes";
import { CHECKS } from "../../../../../cli/diagnosis/checks/all";
import { doctorCases } from "../../../../fixtures/doctor-case";
import { healthyState } from "../healthy-state";

const cases = doctorCases();

function checkOf(name: string): Check {
  const check = CHECKS.find(each => each.name === name);
  if (check === undefined) {
    throw new Error(`there is no check "${name}"`);
  }
  return check;
}

function withoutRemedy({ level, message }: Observed): Observed {
  return { level, message };
}

describe("the checks of gmsa doctor", () => {
  test("the help and the completion name every check, in their order", () => {
    expect(CHECK_NAMES).toEqual(CHECKS.map(({ name }) => name));
  });

  test.each(CHECKS)("$name passes on a healthy cluster", check => {
    const levels = check.judge(healthyState()).map(({ level }) => level);
    expect(new Set(levels)).toEqual(new Set(["pass"]));
  });

  test.each(CHECKS)("there is a case in which $name does not pass", ({ name }) => {
    const bad = cases.filter(({ check, expect: expected }) => {
      return check === name && expected.some(({ level }) => level === "fail" || level === "warn");
    });
    expect(bad).not.toEqual([]);
  });

  test.each(cases)("$check: $title", ({ check, change, expect: expected }) => {
    const facts = applyPatch(healthyState(), change, true).newDocument;

    const observed = checkOf(check).judge(facts);

    expect(observed.map(withoutRemedy)).toEqual(expected.map(withoutRemedy));
    for (const [index, { remedy = "" }] of expected.entries()) {
      expect(observed[index]?.remedy ?? "").toContain(remedy);
    }
  });

  test.each(cases)("$check, $title: each problem has a remedy", ({ check, change }) => {
    const facts = applyPatch(healthyState(), change).newDocument;
    const wrong = checkOf(check)
      .judge(facts)
      .filter(({ level }) => level === "fail" || level === "warn");
    for (const { message, remedy } of wrong) {
      expect(message).not.toMatch(/\.$|undefined/);
      expect(remedy).toMatch(/^.{10}/);
    }
  });
});
