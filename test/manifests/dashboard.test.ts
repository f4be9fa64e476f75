/** The shipped Grafana dashboard. An e2e test checks that its queries return data. */
import {
  queryOf,
  readDashboard,
  type Dashboard,
  type Panel,
} from "../../tools/docs/dashboard/dashboard";
import { render, Rendering } from "../../testbed/manifests/rendering";

const COLUMNS = 24;
const SOURCE = { type: "prometheus", uid: "${datasource}" };
const TIMES = { range: 3600, rateInterval: 60 };

let rendering: Rendering;
let dashboard: Dashboard;
let shown: Panel[];

beforeAll(async () => {
  rendering = new Rendering(await render(["monitoring"]));
  dashboard = readDashboard();
  shown = dashboard.panels.filter(({ type }) => type !== "row");
});

test("is a ConfigMap that Grafana's sidecar finds, under a stable name", () => {
  const map = rendering.get("ConfigMap", "pepr-gmsa-dashboard");
  expect(map.metadata).toMatchObject({
    namespace: "pepr-system",
    labels: { grafana_dashboard: "1", "app.kubernetes.io/name": "gmsa" },
  });
  expect(Object.keys(map.data ?? {})).toEqual(["gmsa-webhook.json"]);
  expect(JSON.parse(map.data?.["gmsa-webhook.json"] ?? "")).toEqual(dashboard);
});

test("has a description, a unit and the chosen data source for each panel", () => {
  expect(shown.length).toBeGreaterThan(15);
  for (const { title, description, datasource, fieldConfig, type, targets } of shown) {
    expect(title).toMatch(/^[A-Z]/);
    expect(description).toMatch(/\.$/);
    expect(datasource).toEqual(SOURCE);
    expect(fieldConfig?.defaults.unit ?? type).toMatch(/^\w+$/);
    expect(targets?.length).toBeGreaterThan(0);
    for (const target of targets ?? []) expect(target).toMatchObject({ datasource: SOURCE });
  }
});

test("queries the chosen replicas, by the job of the ServiceMonitor", () => {
  const job = rendering.get("ServiceMonitor", "pepr-gmsa").metadata?.name ?? "";
  for (const { expr } of shown.flatMap(({ targets }) => targets ?? [])) {
    const selectors = expr.match(/\{[^{}]*\}/g) ?? [];
    expect(selectors.length).toBeGreaterThan(0);
    for (const selector of selectors) expect(selector).toContain(`{job="${job}", pod=~"$pod"`);
  }
});

test("defines every variable that it uses, and uses every one that it defines", () => {
  const queries = shown.flatMap(({ targets = [] }) =>
    targets.map(target => queryOf(target, dashboard, TIMES)),
  );
  expect(queries.join()).not.toContain("$");
  for (const { name } of dashboard.templating.list) {
    const used = JSON.stringify(shown).match(new RegExp(`\\$\\{?${name}\\b`));
    expect(used?.[0]).toBeDefined();
  }
  const target = { refId: "A", expr: 'up{pod=~"$nobody"}', legendFormat: "", instant: true };
  expect(() => queryOf(target, dashboard, TIMES)).toThrow("the variable nobody is not known");
});

test("gives each panel a place and an id of its own", () => {
  const taken = new Set<string>();
  for (const { title, gridPos } of dashboard.panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(COLUMNS);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        const cell = `${x},${y}`;
        expect([title, taken.has(cell)]).toEqual([title, false]);
        taken.add(cell);
      }
    }
  }
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
