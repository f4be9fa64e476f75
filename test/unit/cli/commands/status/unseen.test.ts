/** `gmsa status` of parts that the user may not read, or that did not answer. */
import {
  statusHasFailed,
  type StatusInputs,
} from "../../../../../cli/commands/status/status-report";
import { needsRight, type Lookup } from "../../../../../cli/api/calls";
import { INSTALLATION_CHECKS } from "../../../../../cli/diagnosis/checks/all";
import { checkReport } from "../../../../../cli/diagnosis/report/examine";
import type { JudgedWorkload } from "../../../../../cli/inspect/state";
import { healthyState } from "../../diagnosis/healthy-state";
import { known, status, table } from "./healthy-status";

const WHY = "needs the right to list validatingwebhookconfigurations";

test("webhooks that a user may not see are neither counted as admitting nor as a failure", () => {
  const state = healthyState();
  const report = INSTALLATION_CHECKS.map(check =>
    ["webhooks", "canary"].includes(check.name)
      ? checkReport(check, [{ level: "unknown", message: WHY }])
      : checkReport(check, check.judge(state)),
  );
  expect(status({ report })).toMatchObject({
    ...{ healthy: false, failed: false, workloads: [{ admission: "unknown", why: WHY }] },
    summary: "No problems found, but some checks are unknown",
  });
});

test("objects hidden for one reason are one line", () => {
  const unread = { known: false, why: "needs the right to get x", isForbidden: true } as const;
  expect(table({ controller: unread, certificates: unread })).toMatch(
    /^\? installation, certificate: needs the right to get x$/m,
  );
});

test("objects that may not be seen are reported, and are neither a success nor a failure", () => {
  const forbidden = (right: string): Lookup<never> => ({
    known: false,
    why: `needs the right to ${right}`,
    isForbidden: true,
  });
  const { workloads } = healthyState();
  const change = {
    controller: forbidden("get deployments"),
    certificates: forbidden("get secrets"),
    credspecs: forbidden("list gmsacredentialspecs"),
    workloads: known({ ...workloads, unknown: [needsRight("list cronjobs")] }),
  };
  expect(status(change)).toMatchObject({
    healthy: false,
    failed: false,
    // At least those that workloads name.
    credspecs: [{ name: "webapp1", workloads: ["shop/Deployment/web"] }],
    unknown: [
      { what: "installation", why: "needs the right to get deployments" },
      { what: "certificate", why: "needs the right to get secrets" },
      { what: "credspecs", why: "needs the right to list gmsacredentialspecs" },
      { what: "workloads", why: "needs the right to list cronjobs" },
    ],
  });
  expect(table(change)).toContain("? workloads: needs the right to list cronjobs");
  expect(table(change)).not.toContain("installed");
});

describe("a workload whose credential spec could not be read", () => {
  const failure = {
    ...{ reason: "cluster failed" as const, places: [], remedy: "Try again." },
    problem: 'could not read GMSA cred spec "webapp1"',
  };
  const denial = {
    ...{ reason: "not authorized" as const, places: [], remedy: "Grant it." },
    problem: "may not use it",
  };
  const unread = { what: "Deployment/web in shop", why: failure.problem };

  function withRefusals(
    admission: JudgedWorkload["admission"],
    refusals: object[],
    mayReview = true,
  ): Partial<StatusInputs> {
    const { workloads } = healthyState();
    const [web] = workloads.workloads as [JudgedWorkload];
    const judged = { ...web, admission, refusals } as JudgedWorkload;
    return { workloads: known({ ...workloads, mayReview, workloads: [judged] }) };
  }

  test("is unknown, which is not a success, and the reason is shown", () => {
    const change = withRefusals("unknown", [failure]);
    expect(status(change)).toMatchObject({ healthy: false, failed: false, unknown: [unread] });
    expect(table(change)).toMatch(/^\? No problems found, but some checks are unknown\n/);
    expect(table(change)).toContain(`? ${unread.what}: ${unread.why}`);
    expect(statusHasFailed(status(change), "unknown")).toBe(true);
  });

  test("and that is refused for another reason, has one line for each", () => {
    const change = withRefusals("refused", [denial, failure]);
    expect(status(change)).toMatchObject({ failed: true, unknown: [unread] });
    expect(table(change)).toContain("✘ Deployment/web in shop: may not use it.");
    expect(table(change)).toContain(`? ${unread.what}: ${unread.why}`);
    expect(table(change)).not.toContain("Try again");
  });

  test("is not named if the user may not ask at all", () => {
    expect(status(withRefusals("unknown", [failure], false)).unknown).toEqual([]);
  });
});
