/** The reference of metrics, from the metrics themselves. */
import { KeeperMetrics } from "../../../certificates/keeper-metrics";
import { probesOf } from "../../../rules/canary/round";
import { CanaryMetrics } from "../../../telemetry/canary-metrics";
import { Metrics } from "../../../telemetry/metrics";
import { markdownTable } from "./markdown-table";

interface Metric {
  name: string;
  type: string;
  help: string;
  labels: Set<string>;
}

/** A table of the metrics of each program, by the name of its place in the page. */
export async function metricTables(): Promise<Record<string, string>> {
  const webhook = new Metrics();
  webhook.build({ version: "", pepr: "", node: "" });
  const canary = new CanaryMetrics();
  const passed = { outcome: "passed", reason: "admitted" } as const;
  const probes = probesOf({ ordinary: "", excluded: "" });
  canary.round(
    probes.map(probe => ({ ...probe, verdict: passed })),
    new Date(),
  );
  return {
    "metrics of the webhook": tableOf(await webhook.text()),
    "metrics of the certificate controller": tableOf(await new KeeperMetrics().text()),
    "metrics of the canary": tableOf(await canary.text()),
  };
}

function tableOf(text: string): string {
  const rows = metricsIn(text).map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    [...labels].map(label => `\`${label}\``).join(", "),
    help,
  ]);
  return markdownTable(["metric", "type", "labels", "meaning"], rows);
}

/**
 * The metrics of a text in Prometheus' format, in its order.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function metricsIn(text: string): Metric[] {
  const metrics: Metric[] = [];
  for (const line of text.split("\n")) {
    const [, word, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    const metric = metrics.at(-1);
    if (word === "HELP") {
      metrics.push({ name, type: "", help: rest, labels: new Set() });
    } else if (word === "TYPE" && metric !== undefined) {
      metric.type = rest;
    } else {
      labelsOf(line).forEach(label => metric?.labels.add(label));
    }
  }
  return metrics;
}

/** The names of the labels, without `le`, which every histogram's buckets have. */
function labelsOf(series: string): string[] {
  const labels = Array.from(series.matchAll(/[{,](\w+)="/g), ([, label = ""]) => label);
  return labels.filter(label => label !== "le");
}
