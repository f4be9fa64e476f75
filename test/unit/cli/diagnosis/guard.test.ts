import { applyPatch } from "fast-json-patch";

import { CHECKS } from "../../../../cli/diagnosis/checks/all";
import { guardOf } from "../../../../cli/diagnosis/guard";
import { checkReport, type CheckReport } from "../../../../cli/diagnosis/report/examine";
import { webhooks as webhooksCheck } from "../../../../cli/diagnosis/checks/webhooks";
import type { Webhook } from "../../../../cli/manifests/shipped";
import { doctorCases } from "../../../fixtures/doctor-case";
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

test("a Pod refused as expected is proof enough where objects could not be seen", () => {
  const checks = [report("webhooks", "unknown"), report("canary", "pass")];
  expect(guardOf(checks)).toEqual({ outcome: "judged", why: "" });
});

test.each([undefined, "ignored"] as const)(
  "an object that is missing for the next start does not contradict an answer now: %s",
  policy => {
    const lost = { level: "fail", message: WHY, effect: "unanswered" } as const;
    const ignored = policy === undefined ? [] : [{ ...lost, effect: policy }];
    const certificate = checkReport({ name: "certificate", title: "" }, [lost, ...ignored]);
    const closed = policy === undefined ? "refused" : "unchecked";
    expect(guardOf([certificate, report("canary", "unknown")]).outcome).toBe(closed);
    expect(guardOf([certificate, report("canary", "pass")])).toEqual({
      outcome: "judged",
      why: "",
    });
  },
);

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

/** The check of webhook configurations, without one of them. */
function without(configurations: "mutating" | "validating"): CheckReport {
  const state = healthyState();
  state[configurations] = [];
  const kind = configurations === "mutating" ? "Mutating" : "Validating";
  Reflect.deleteProperty(state.installed.objects, `${kind}WebhookConfiguration/pepr-gmsa`);
  return checkReport(webhooksCheck, webhooksCheck.judge(state));
}

test("the cause does not repeat the outcome, but adds the details of the check", () => {
  expect(guardOf([without("validating")])).toEqual({
    outcome: "unchecked",
    why: "ValidatingWebhookConfiguration/pepr-gmsa is missing",
  });
  expect(guardOf([without("mutating")])).toEqual({
    outcome: "refused",
    why: "MutatingWebhookConfiguration/pepr-gmsa is missing: contents are not filled in",
  });
});

test.each(doctorCases())("$check, $title: the cause does not repeat the outcome", one => {
  const state = applyPatch(healthyState(), one.change).newDocument;
  const check = CHECKS.find(({ name }) => name === one.check);
  const observed = check?.judge(state) ?? [];
  expect(observed.length).toBeGreaterThan(0);
  const { why } = guardOf([checkReport({ name: one.check, title: "" }, observed)]);
  expect(why).not.toMatch(/Pods are (?:refused|admitted)/);
});

test("checks that no Pod depends on do not change the outcome", () => {
  const checks = [report("objects", "unknown"), report("canary", "unknown")];
  expect(guardOf(checks)).toMatchObject({ outcome: "judged" });
});
