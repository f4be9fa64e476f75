/** `gmsa status` for a user who may not read everything that affects admission. */
import { INSTALLATION_CHECKS } from "../../../../../cli/diagnosis/checks/all";
import { checkReport } from "../../../../../cli/diagnosis/report/examine";
import { statusOf } from "../../../../../cli/commands/status/status-report";
import { healthyState } from "../../diagnosis/healthy-state";

const WHY = "needs the right to list validatingwebhookconfigurations";

test("what a user may not see of the webhooks is neither admitted nor a failure", () => {
  const state = healthyState();
  const report = INSTALLATION_CHECKS.map(check =>
    ["webhooks", "canary"].includes(check.name)
      ? checkReport(check, [{ level: "unknown", message: WHY }])
      : checkReport(check, check.judge(state)),
  );
  const status = statusOf(
    { gmsa: "0.1.0", kubernetes: "v1.36.3" },
    {
      controller: { known: true, value: state.controller },
      certificates: { known: true, value: state.certificates },
      credspecs: { known: true, value: state.credspecs },
      workloads: { known: true, value: state.workloads },
      ...{ report, unchecked: [], unfilled: [] },
    },
  );
  expect(status).toMatchObject({
    ...{ healthy: false, failed: false, workloads: [{ admission: "unknown", why: WHY }] },
    summary: "No problems found, but some checks are unknown",
  });
});
