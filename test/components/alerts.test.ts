/** The alerts, validated and evaluated by Prometheus itself. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";

import { findPromtool } from "../../testbed/programs/prometheus-programs";
import { hasGo } from "../../testbed/programs/component-crds";
import { render, Rendering } from "../../testbed/manifests/rendering";

const run = promisify(execFile);
const CASES = join(__dirname, "../fixtures/alerts.yaml");

(hasGo ? describe : describe.skip)("the alerts, in promtool", () => {
  let promtool: string;
  let dir: string;

  beforeAll(async () => {
    promtool = await findPromtool(console.error);
    dir = mkdtempSync(join(tmpdir(), "gmsa-alerts-"));
    const { spec } = new Rendering(await render(["monitoring"])).get("PrometheusRule", "pepr-gmsa");
    writeFileSync(join(dir, "rules.yaml"), stringify(spec));
    copyFileSync(CASES, join(dir, "cases.yaml"));
  }, 900_000);

  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  test("are valid, and promtool reports no problems", async () => {
    const { stdout } = await run(promtool, ["check", "rules", "--lint-fatal", "rules.yaml"], {
      cwd: dir,
    });
    expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
  });

  test("fire when they should, and not otherwise", async () => {
    const { stdout } = await run(promtool, ["test", "rules", "cases.yaml"], { cwd: dir });
    expect(stdout).toContain("SUCCESS");
    // The evaluation takes half a minute on an otherwise idle core.
  }, 180_000);

  test("each has a case in which it fires", () => {
    const { tests } = parse(readFileSync(CASES, "utf8")) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    const firing = tests
      .flatMap(({ alert_rule_test: expectations }) => expectations)
      .filter(({ exp_alerts: expected }) => expected.length > 0)
      .map(({ alertname }) => alertname);
    const { groups } = parse(readFileSync(join(dir, "rules.yaml"), "utf8")) as {
      groups: { rules: { alert: string }[] }[];
    };
    const alerts = groups.flatMap(({ rules }) => rules).map(({ alert }) => alert);
    expect(alerts.length).toBeGreaterThan(5);
    expect([...new Set(firing)].sort()).toEqual(alerts.sort());
  });
});
