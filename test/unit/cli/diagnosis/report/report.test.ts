import pc from "picocolors";

import { CODES } from "../../../../../cli/diagnosis/check-codes";
import { CHECKS, chosen } from "../../../../../cli/diagnosis/checks/all";
import { examine, hasFailed } from "../../../../../cli/diagnosis/report/examine";
import { reportTable } from "../../../../../cli/diagnosis/report/report-table";
import type { InstallationState, Collectors } from "../../../../../cli/inspect/state";
import type { Lookup } from "../../../../../cli/api/calls";
import { healthyState } from "../healthy-state";

const NO_COLOURS = pc.createColors(false);

/** Readers that answer at once, and record their calls. */
function readers(change: Partial<Record<keyof InstallationState, Lookup<unknown>>> = {}): {
  readers: Collectors;
  asked: string[];
} {
  const asked: string[] = [];
  const entries = Object.entries<unknown>({ ...healthyState() }).map(([fact, value]) => [
    fact,
    () => {
      asked.push(fact);
      return Promise.resolve(change[fact as keyof InstallationState] ?? { known: true, value });
    },
  ]);
  return { readers: Object.fromEntries(entries) as Collectors, asked };
}

function withoutBinding(): InstallationState["installed"] {
  const { installed } = healthyState();
  delete installed.objects["ValidatingAdmissionPolicyBinding/gmsa-excluded-namespaces"];
  return installed;
}

describe("the report of gmsa doctor", () => {
  test("of a healthy cluster: every check passes, and each fact was read once", async () => {
    const { readers: all, asked } = readers();
    const report = await examine(CHECKS, all);
    expect(report.healthy).toBe(true);
    expect(report.checks.map(({ level }) => level)).toEqual(CHECKS.map(() => "pass"));
    expect([...asked].sort()).toEqual(Object.keys(healthyState()).sort());
    expect(reportTable(report, NO_COLOURS)).toMatch(/\n\n28 checks: 28 passed$/);
  });

  test("of some checks: nothing else is read", async () => {
    const { readers: all, asked } = readers();
    const report = await examine(chosen(["policy", "node-build"]), all);
    expect(report.checks.map(({ name }) => name)).toEqual(["policy", "node-build"]);
    expect([...asked].sort()).toEqual([
      ...["installed", "nodeReports", "policy", "policyBindings", "windowsNodes"],
    ]);
  });

  test("unreadable objects make their own checks unknown, and no others", async () => {
    const why = "needs the right to list nodes";
    const { readers: all } = readers({ windowsNodes: { known: false, why, isForbidden: true } });
    const report = await examine(CHECKS, all);
    // An unknown result is not a success.
    expect(report).toMatchObject({ healthy: false, unknown: [why] });
    expect(hasFailed(report, "error")).toBe(false);
    expect(hasFailed(report, "warning")).toBe(false);
    expect(hasFailed(report, "unknown")).toBe(true);
    const unknown = report.checks.filter(({ level }) => level === "unknown");
    expect(unknown.map(({ name }) => name)).toEqual([
      ...["node-labels", "node-runtime", "node-build", "node-compartments"],
    ]);
    expect(unknown[0]?.observed).toEqual([{ level: "unknown", message: why, isForbidden: true }]);
    expect(reportTable(report, NO_COLOURS)).toMatch(
      /\? +node-labels +needs the right to list nodes\n/,
    );
    expect(reportTable(report, NO_COLOURS)).toMatch(
      /\nUnknown, or only partly known: node-labels, .*\. The ClusterRole at the end of `gmsa explain troubleshooting` grants all\.$/,
    );
  });

  test("a single failure makes it unhealthy, and is shown with its remedy", async () => {
    const { readers: all } = readers({ installed: { known: true, value: withoutBinding() } });
    const report = await examine(CHECKS, all);
    expect(report.healthy).toBe(false);
    expect(reportTable(report, NO_COLOURS)).toMatch(
      /✘ +policy +Valid.* is missing: GMSA Pods are admitted unchecked .*\n +→ Apply the installation/,
    );
  });

  test("of many nodes: passed ones are not listed if another one fails, but all are in -o json", async () => {
    const [node] = healthyState().windowsNodes;
    const nodes = Array.from({ length: 30 }, (_, index) => {
      const copy = structuredClone(node);
      if (copy?.metadata && copy.status?.nodeInfo) {
        copy.metadata.name = `win-${index}`;
        if (index < 15) copy.status.nodeInfo.kernelVersion = "10.0.17763.1000";
      }
      return copy;
    });
    const { readers: all } = readers({ windowsNodes: { known: true, value: nodes } });
    const report = await examine(chosen(["node-build"]), all);
    expect(report.checks[0]?.observed).toHaveLength(30);
    const table = reportTable(report, NO_COLOURS);
    expect(table).toContain("Node/win-9 has");
    expect(table).not.toContain("Node/win-10 has");
    expect(table).toContain("✘                and 5 more; run `gmsa doctor -o yaml` to see all");
    expect(table).not.toContain("Node/win-20 has");
  });

  test("each check has a code of its own, by which it is left out", () => {
    expect(new Set(CODES).size).toBe(CHECKS.length);
    const names = chosen([], ["GMSA106", "GMSA172"]).map(({ name }) => name);
    expect(names).toHaveLength(CHECKS.length - 2);
    expect(names).not.toContain("policy");
    expect(() => chosen([], ["GMSA999"])).toThrow('there is no code "GMSA999"');
  });

  test("a check that does not exist is wrong usage, and all that exist are named", () => {
    const refused = (): unknown => chosen(["nodes"]);
    expect(refused).toThrow('there is no check "nodes"');
    expect(refused).toThrow(
      expect.objectContaining({
        exitCode: 2,
        remedy: expect.stringContaining("node-build") as string,
      }) as Error,
    );
  });
});
