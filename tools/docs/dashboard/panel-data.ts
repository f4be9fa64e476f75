/** Queries Prometheus for the data of the dashboard's panels. */
import type { Prometheus, Range, Series } from "../../../testbed/addons/prometheus";
import { legendOf, queryOf, type Dashboard, type Panel, type Times } from "./dashboard";

/** One legend entry of a panel and its values. */
export interface Line {
  name: string;
  labels: Record<string, string>;
  /** [Unix seconds, value]. */
  points: [number, number][];
}

/** A panel and its data. */
export interface DrawnPanel {
  panel: Panel;
  lines: Line[];
}

/** Runs the queries of all panels. */
export async function panelData(
  prometheus: Prometheus,
  dashboard: Dashboard,
  { range, times }: { range: Range; times: Times },
): Promise<DrawnPanel[]> {
  return Promise.all(
    dashboard.panels.map(async panel => {
      const answers = await Promise.all(
        (panel.targets ?? []).map(async target => {
          const expr = queryOf(target, dashboard, times);
          const series = target.instant
            ? await prometheus.query(expr, range.end)
            : await prometheus.queryRange(expr, range);
          return series.map(one => lineOf(one, legendOf(target, one.metric)));
        }),
      );
      return { panel, lines: answers.flat() };
    }),
  );
}

function lineOf({ metric, values }: Series, name: string): Line {
  const points = values
    .map(([time, text]): [number, number] => [time, Number(text)])
    .filter(([, value]) => Number.isFinite(value));
  return { name, labels: metric, points };
}
