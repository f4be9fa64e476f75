import type { Denial } from "../../../rules/admission/denial";
import { DENIAL_REASONS } from "../../../rules/problem";
import { Metrics } from "../../../telemetry/metrics";

function denial(reason: Denial["reason"]): Denial {
  return { level: "error", reason, places: [], problem: "p", remedy: "r." };
}

let metrics: Metrics;

beforeEach(() => {
  metrics = new Metrics();
});

/** The non-zero samples that do not depend on the clock. */
async function samples(): Promise<string[]> {
  const lines = (await metrics.text()).split("\n");
  return lines.filter(line => /^pepr_gmsa_\w+_total/.test(line) && !line.endsWith(" 0"));
}

describe("admissions", () => {
  test.each<[string, readonly Denial[] | "failed", string]>([
    ["no denial", [], "admitted"],
    ["a rule broken", [denial("not authorized")], "refused"],
    ["nothing found out", [denial("cluster failed")], "failed"],
    ["one of each", [denial("cluster failed"), denial("contents differ")], "refused"],
    ["an error", "failed", "failed"],
  ])("%s", async (_name, result, outcome) => {
    metrics.admission("validate", "CREATE")(result);

    const labels = `webhook="validate",operation="create",outcome="${outcome}"`;
    const reasons = result === "failed" ? [] : result.map(({ reason }) => reason);
    expect(await samples()).toEqual([
      `pepr_gmsa_admissions_total{${labels}} 1`,
      ...DENIAL_REASONS.filter(reason => reasons.includes(reason)).map(
        reason => `pepr_gmsa_denials_total{reason="${reason}"} 1`,
      ),
    ]);
  });

  test("are timed in seconds", async () => {
    jest.useFakeTimers();
    try {
      const ended = metrics.admission("mutate", "UPDATE");
      jest.advanceTimersByTime(30);
      ended([]);
    } finally {
      jest.useRealTimers();
    }

    const text = await metrics.text();
    expect(text).toContain('pepr_gmsa_admission_duration_seconds_count{webhook="mutate"} 1');
    expect(text).toContain(
      'pepr_gmsa_admission_duration_seconds_bucket{le="0.01",webhook="mutate"} 0',
    );
    expect(text).toContain('pepr_gmsa_admission_duration_seconds_sum{webhook="mutate"} 0.03');
    expect(text).toContain(
      'pepr_gmsa_admission_duration_seconds_bucket{le="10",webhook="mutate"} 1',
    );
  });
});

test("calls, and questions answered without one, are counted by kind", async () => {
  metrics.called("credspec", "found", 20);
  metrics.called("subjectaccessreview", "denied", 2);
  metrics.answeredFromMemory("credspec");

  expect(await samples()).toEqual([
    'pepr_gmsa_api_calls_total{kind="credspec",result="found"} 1',
    'pepr_gmsa_api_calls_total{kind="subjectaccessreview",result="denied"} 1',
    'pepr_gmsa_cache_hits_total{kind="credspec"} 1',
  ]);
  expect(await metrics.text()).toContain(
    'pepr_gmsa_api_call_duration_seconds_sum{kind="credspec"} 0.02',
  );
});

test("the certificate's end is the last one served", async () => {
  metrics.certificate(new Date(5000));
  metrics.certificate(new Date(4000));

  expect(await metrics.text()).toMatch(/^pepr_gmsa_certificate_expiry_timestamp_seconds 4$/m);
});

test("every possible label exists from the start, and none is added later", async () => {
  const series = async (): Promise<string[]> =>
    (await metrics.text())
      .split("\n")
      .filter(line => line.startsWith("pepr_gmsa_"))
      .map(line => line.slice(0, line.lastIndexOf(" ")));
  const atStart = await series();

  for (const operation of ["CREATE", "UPDATE"]) {
    metrics.admission("mutate", operation)([]);
    metrics.admission("mutate", operation)("failed");
    metrics.admission("validate", operation)(DENIAL_REASONS.map(denial));
    metrics.admission("validate", operation)("failed");
  }
  for (const result of ["found", "absent", "no credspec key", "failed"]) {
    metrics.called("credspec", result, 1);
  }
  for (const result of ["allowed", "denied", "failed"]) {
    metrics.called("subjectaccessreview", result, 1);
  }

  expect(await series()).toEqual(atStart);
});

test("answers about credential specs and workloads are counted by outcome", async () => {
  metrics.earlyReview("credspec", "refused");
  metrics.earlyReview("workload", "warned");
  metrics.earlyReview("workload", "warned");

  expect(await samples()).toEqual([
    'pepr_gmsa_early_reviews_total{object="credspec",outcome="refused"} 1',
    'pepr_gmsa_early_reviews_total{object="workload",outcome="warned"} 2',
  ]);
});
