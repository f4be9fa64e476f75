import { guardOf } from "../../../../cli/diagnosis/guard";
import { checkReport, type CheckReport } from "../../../../cli/diagnosis/report/examine";
import type { Level } from "../../../../cli/diagnosis/report/check";

const WHY = "needs the right to list validatingwebhookconfigurations";

function report(name: string, level: Level): CheckReport {
  return checkReport({ name, title: name }, [{ level, message: WHY }]);
}

test.each(["webhooks", "match-conditions", "rights", "replicas", "endpoints", "certificate"])(
  "where %s cannot be seen, nobody knows what becomes of Pods",
  name => {
    for (const canary of ["unknown", "skip"] as const) {
      const checks = [report(name, "unknown"), report("canary", canary)];
      expect(guardOf(checks)).toEqual({ outcome: "unknown", why: WHY });
    }
    expect(guardOf([report(name, "unknown")])).toMatchObject({ outcome: "unknown" });
  },
);

test("a Pod that was refused as it must shows what could not be seen", () => {
  const checks = [report("webhooks", "unknown"), report("canary", "pass")];
  expect(guardOf(checks)).toEqual({ outcome: "judged", why: "" });
});

test("what no Pod depends on changes nothing", () => {
  const checks = [report("objects", "unknown"), report("canary", "unknown")];
  expect(guardOf(checks)).toMatchObject({ outcome: "judged" });
});
