/** The shipped Grafana dashboard and the Prometheus queries of its panels. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Its only source; kustomize and the chart create a ConfigMap from it. */
export const DASHBOARD_FILE = resolve(
  __dirname,
  "../../../deploy/components/monitoring/dashboard.json",
);

/** The fields of Grafana's dashboard JSON that are read here. */
export interface Dashboard {
  title: string;
  uid: string;
  schemaVersion: number;
  panels: Panel[];
  templating: { list: Variable[] };
}

/** A panel, or a row, which is a heading without queries. */
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
  /** May contain `{{label}}` for the value of a label. */
  legendFormat: string;
  /** An instant query instead of a range query. */
  instant: boolean;
}

/** A variable that the user chooses at the top of the dashboard. */
export interface Variable {
  name: string;
  type: string;
  definition?: string;
  allValue?: string;
}

/** Values of the time variables in a query. */
export interface Times {
  /** Seconds that the dashboard shows. */
  range: number;
  /** Seconds over which a rate is computed. */
  rateInterval: number;
}

/** Reads the dashboard's file. */
export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(DASHBOARD_FILE, "utf8")) as Dashboard;
}

/**
 * A query as Grafana would send it, with all replicas selected.
 *
 * @throws if it contains an unknown variable.
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

/** The legend text of a series. */
export function legendOf({ legendFormat }: Target, labels: Record<string, string>): string {
  return legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? "");
}
