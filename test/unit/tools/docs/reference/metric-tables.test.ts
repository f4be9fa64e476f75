import { metricsIn, metricTables } from "../../../../../tools/docs/reference/metric-tables";

test("a metric has its type, its help and the labels of its series, but not those of a bucket", () => {
  const text = [
    "# HELP asked_total Questions, by kind",
    "# TYPE asked_total counter",
    'asked_total{kind="list",result="a, b=\\"c\\""} 0',
    "# HELP took_seconds Time",
    "# TYPE took_seconds histogram",
    'took_seconds_bucket{le="0.1",kind="list"} 0',
    'took_seconds_sum{kind="list"} 0',
    "# HELP ends_seconds End",
    "# TYPE ends_seconds gauge",
    "ends_seconds 0",
  ].join("\n");
  expect(metricsIn(text)).toEqual([
    {
      ...{ name: "asked_total", type: "counter", help: "Questions, by kind" },
      labels: new Set(["kind", "result"]),
    },
    { name: "took_seconds", type: "histogram", help: "Time", labels: new Set(["kind"]) },
    { name: "ends_seconds", type: "gauge", help: "End", labels: new Set() },
  ]);
});

test("every program has its table, and every metric a meaning", async () => {
  const tables = Object.entries(await metricTables());
  const counts = tables.map(([name, table]) => [name, table.match(/^\| `pepr_gmsa_/gm)?.length]);
  expect(Object.fromEntries(counts)).toEqual({
    "metrics of the webhook": 9,
    "metrics of the certificate controller": 3,
    "metrics of the canary": 4,
  });
  for (const [, table] of tables) expect(table).not.toMatch(/\| *\|$/m);
});
