import { checked } from "../../../../../cli/commands/conformance/checks";
import { suitesOf } from "../../../../../cli/commands/conformance/junit-suites";
import { markdownOf } from "../../../../../cli/commands/conformance/markdown";
import {
  conformanceReport,
  type CaseReport,
  type ConformanceReport,
} from "../../../../../cli/commands/conformance/conformance-report";
import { junitXml } from "../../../../../cli/manifests/reports/junit";

function caseOf(
  id: string,
  verdict: CaseReport["verdict"],
  checks: CaseReport["checks"],
): CaseReport {
  const [windows = ""] = id.split("/");
  return { id, windows, title: "A title", expected: "It works.", verdict, seconds: 1.25, checks };
}

const POD = { subject: "pod-1", container: "ask" };
const CASES = [
  caseOf("2022/pod-level", "passed", [
    checked({ name: "kerberos", ...POD }, "ticket", { evidence: "one\n```\n# two" }),
    checked({ name: "netlogon", ...POD }, "channel down", { isNote: true, detail: "1311" }),
  ]),
  caseOf("2022/container-level", "failed", [
    checked({ name: "share", ...POD }, "share denied", { detail: "a | b <c>" }),
  ]),
  caseOf("2022/revoked-grant", "unknown", [
    checked({ name: "kerberos", ...POD }, "no answer", { detail: "no answer within 60 s" }),
  ]),
  caseOf("2025", "skipped", [
    checked({ name: "start", subject: "Windows Server 2025" }, "no node"),
  ]),
];

function reportWith(change: Partial<ConformanceReport> = {}): ConformanceReport {
  return {
    schema: "gmsa.pepr.dev/conformance/v1",
    run: "0123456789ab",
    ...{ started: "2026-01-02T03:04:05.000Z", ended: "2026-01-02T03:05:05.000Z" },
    ...{ verdict: "failed", interrupted: false },
    asked: { credspec: "c", account: "webapp1", serviceAccount: "web", share: true, sql: false },
    versions: {
      ...{ gmsa: "0.1.0", pepr: "1.1.4", kubernetes: "v1.36.3" },
      module: { version: "0.1.0", build: "abc", image: "pepr:v1.1.4", pepr: "1.1.4" },
    },
    nodes: [
      {
        ...{
          name: "win-1",
          windows: "2022",
          osImage: "Windows Server 2022",
          build: "10.0.20348.1",
        },
        ...{ kubelet: "v1.36.3", containerRuntime: "containerd://1.7.22", played: "real" },
      },
    ],
    unused: [{ node: "win-2", why: "cordoned" }],
    images: [{ windows: "2022", image: "core:ltsc2022", digest: "core@sha256:00" }],
    cases: CASES,
    left: [],
    ...change,
  };
}

describe("the report", () => {
  test("fits its schema, and the schema refuses unknown fields", () => {
    expect(conformanceReport.parse(reportWith())).toEqual(reportWith());
    expect(conformanceReport.safeParse({ ...reportWith(), schema: "v2" }).success).toBe(false);
    const verdict = "fine" as "passed";
    expect(conformanceReport.safeParse(reportWith({ verdict })).success).toBe(false);
  });

  test("as Markdown: verdicts, versions, evidence", () => {
    const text = markdownOf(reportWith());
    expect(text).toContain("# Conformance report: failed\n");
    expect(text).toContain("1 passed, 1 failed, 1 unknown, 1 skipped.");
    expect(text).toContain("| ✘ failed | 2022/container-level | A title | 1.3 s |");
    expect(text).toContain("| - skipped | 2025 | A title |  |");
    expect(text).toContain("the share cannot be read: a \\| b \\<c\\>");
    expect(text).toContain("| ✘ note | netlogon |");
    expect(text).toContain("    one\n    ```\n    # two");
    expect(text).toContain("core@sha256:00");
    expect(text).toContain("Not used: `win-2`, cordoned.");
    expect(text).toContain("SQL Server: not asked (--sql)");
    expect(text).toContain("Everything that the run created was removed.");
  });

  test("shows what was real", () => {
    const real = markdownOf(reportWith());
    expect(real).toContain("1 node registered as Windows, without the annotation of a stand-in");
    expect(real).not.toContain("played by a stand-in");
    const [node] = reportWith().nodes;
    const played = markdownOf(reportWith({ nodes: node ? [{ ...node, played: "stand-in" }] : [] }));
    expect(played).toContain("1 node played by a stand-in: `win-1`. **No container ran there");
    expect(played).not.toContain("Windows reports the answers");
  });

  test("names objects that are left, and an interruption", () => {
    const left = [{ object: "pod/x", command: "kubectl delete pod x -n shop" }];
    const text = markdownOf(reportWith({ left, interrupted: true }));
    expect(text).toContain("## Not removed");
    expect(text).toContain("    kubectl delete pod x -n shop");
    expect(text).toContain("**The run was interrupted.**");
  });

  test("as JUnit: unknown results fail, skipped ones do not", () => {
    const suites = suitesOf(reportWith());
    expect(suites.map(({ name }) => name)).toEqual(["Windows Server 2022", "Windows Server 2025"]);
    expect(suites[0]?.cases.map(({ failure }) => failure?.type)).toEqual([
      ...[undefined, "failed: share denied", "unknown: no answer"],
    ]);
    const xml = junitXml("gmsa conformance", suites);
    expect(xml).toContain('tests="4" failures="2" errors="0" skipped="1"');
    expect(xml).toContain('<skipped message="no node that is ready offers this version"/>');
  });
});
