import { guardOf } from "../../../../cli/diagnosis/guard";
import { checkReport, type CheckReport } from "../../../../cli/diagnosis/report/examine";
import { webhooks as webhooksCheck } from "../../../../cli/diagnosis/checks/webhooks";
import type { Webhook } from "../../../../cli/manifests/shipped";
import { healthyState } from "./healthy-state";
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

test.each([
  ["port", 444, "unanswered", "refused"],
  ["name", "other", "unknown", "unknown"],
] as const)(
  "a call of another %s of the Service is not an unchecked Pod",
  (key, value, effect, outcome) => {
    const state = healthyState();
    for (const { clientConfig } of (state.validating[0] as { webhooks: Webhook[] }).webhooks) {
      Object.assign(clientConfig.service ?? {}, { [key]: value });
    }
    const webhooks = checkReport(webhooksCheck, webhooksCheck.judge(state));
    expect(webhooks.observed.map(one => one.effect)).toContain(effect);
    expect(guardOf([webhooks])).toMatchObject({ outcome });
    const canary = { level: "fail", message: "no service", effect: "unanswered" } as const;
    const tried = checkReport({ name: "canary", title: "" }, [canary]);
    expect(guardOf([webhooks, tried])).toMatchObject({ outcome: "refused" });
  },
);

test("what no Pod depends on changes nothing", () => {
  const checks = [report("objects", "unknown"), report("canary", "unknown")];
  expect(guardOf(checks)).toMatchObject({ outcome: "judged" });
});
