/** The Grafana dashboard that is shipped, and what its panels ask Prometheus. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** The one file of it; kustomize and the chart make a ConfigMap of it. */
export const DASHBOARD_FILE = resolve(
  __dirname,
  "../../../deploy/components/monitoring/dashboard.json",
);

/** A dashboard in Grafana's JSON, as far as it is read here. */
export interface Dashboard {
  title: string;
  uid: string;
  schemaVersion: number;
  panels: Panel[];
  templating: { list: Variable[] };
}

/** One panel, or a row, which is a heading and asks nothing. */
export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { type: string; uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig?: {
    defaults: FieldDefaults;
    overrides: {
      matcher: { options: string };
      properties: { id: string; value: { fixedColor?: string } }[];
    }[];
  };
  targets?: Target[];
}

/** How the values of a panel are shown. */
export interface FieldDefaults {
  unit?: string;
  max?: number;
  decimals?: number;
  thresholds: { steps: { color: string; value: number | null }[] };
  custom?: {
    lineWidth?: number;
    /** Percent. */
    fillOpacity?: number;
    stacking?: { mode: string };
    thresholdsStyle?: { mode: string };
  };
}

/** One query of a panel. */
export interface Target {
  refId: string;
  expr: string;
  /** With `{{label}}` for the value of a label. */
  legendFormat: string;
  /** For one moment, and not for a range. */
  instant: boolean;
}

/** A variable that is chosen from at the top of the dashboard. */
export interface Variable {
  name: string;
  type: string;
  definition?: string;
  allValue?: string;
}

/** What the variables of a query stand for. */
export interface Times {
  /** Time that is shown, in seconds. */
  range: number;
  /** Over how much of it a rate is taken, in seconds. */
  rateInterval: number;
}

/** Reads it. */
export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(DASHBOARD_FILE, "utf8")) as Dashboard;
}

/**
 * A query as Grafana would send it, with all replicas chosen.
 *
 * @throws if it names a variable that is not known.
 */
export function queryOf({ expr }: Target, { templating }: Dashboard, times: Times): string {
  const values = new Map([
    ["__range", `${times.range}s`],
    ["__rate_interval", `${times.rateInterval}s`],
    ...templating.list.map(({ name, allValue }) => [name, allValue] as const),
  ]);
  return expr.replace(/\$\{?(\w+)\}?/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`the variable ${name} is not known in: ${expr}`);
    return value;
  });
}

/** What the legend says of a series. */
export function legendOf({ legendFormat }: Target, labels: Record<string, string>): string {
  return legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? "");
}
