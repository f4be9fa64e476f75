/** Runs a Prometheus that scrapes a bed the way the ServiceMonitor configures it for a cluster. */
import { CoreV1Api } from "@kubernetes/client-node";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import { findPrometheus } from "../programs/prometheus-programs";
import { render, Rendering } from "../manifests/rendering";
import type { Bed } from "../bed/bed";
import { startChild, type Child } from "../process/child";
import { errorText, silent, sleep, type Log } from "../process/log";
import { freePort } from "../process/ports";
import { startOrStop } from "../process/start-or-stop";
import { forgetDir, watchDir } from "../process/watchdog";

/** A series: its labels and its samples [Unix seconds, number as text]. */
export interface Series {
  metric: Record<string, string>;
  values: [number, string][];
}

/** State of a rule, as Prometheus reports it. */
export interface RuleState {
  name: string;
  query: string;
  health: "ok" | "err" | "unknown";
  lastError?: string;
  state: "firing" | "pending" | "inactive";
}

/** A time range, in Unix seconds. */
export interface Range {
  start: number;
  end: number;
  step: number;
}

/** How to scrape. */
export interface PrometheusOptions {
  /** Seconds between scrapes, and between evaluations of the rules. */
  intervalSeconds: number;
  log?: Log;
}

const READY_MS = 30_000;
const SERVER_NAME = "pepr-gmsa.pepr-system.svc";

/** Queries a Prometheus. */
export class Prometheus {
  constructor(
    readonly url: string,
    private readonly child: Child,
    private readonly dir: string,
  ) {}

  /** The value of each series at a time in Unix seconds; now if left out. */
  async query(expr: string, time?: number): Promise<Series[]> {
    const at: Record<string, string> = time === undefined ? {} : { time: String(time) };
    const { result } = await this.#get<{
      result: { metric: Record<string, string>; value: [number, string] }[];
    }>("query", { query: expr, ...at });
    return result.map(({ metric, value }) => ({ metric, values: [value] }));
  }

  async queryRange(expr: string, { start, end, step }: Range): Promise<Series[]> {
    const times = { start: String(start), end: String(end), step: String(step) };
    const { result } = await this.#get<{ result: Series[] }>("query_range", {
      query: expr,
      ...times,
    });
    return result;
  }

  /** The names of the metrics in an expression. @throws if it is not valid PromQL. */
  async metricsIn(expr: string): Promise<string[]> {
    return [...new Set(selectorsIn(await this.#get("parse_query", { query: expr })))];
  }

  /** The names of all metrics that have ever been scraped. */
  metricNames(): Promise<string[]> {
    return this.#get("label/__name__/values", {});
  }

  async rules(): Promise<RuleState[]> {
    const { groups } = await this.#get<{ groups: { rules: RuleState[] }[] }>("rules", {});
    return groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    await this.child.stop();
    rmSync(this.dir, { recursive: true, force: true });
    forgetDir(this.dir);
  }

  /** Waits until Prometheus is ready. @throws with its output if it does not become ready. */
  async waitReady(): Promise<void> {
    const end = Date.now() + READY_MS;
    for (;;) {
      try {
        await this.rules();
        return;
      } catch (error) {
        if (Date.now() > end || !this.child.running) {
          throw new Error(`Prometheus: ${errorText(error)}, its output:\n${this.child.tail()}`);
        }
      }
      await sleep(100);
    }
  }

  async #get<Data>(path: string, parameters: Record<string, string>): Promise<Data> {
    const query = new URLSearchParams(parameters).toString();
    const response = await fetch(`${this.url}/api/v1/${path}?${query}`);
    const answer = (await response.json()) as { status: string; error?: string; data: Data };
    if (answer.status !== "success") {
      throw new Error(`${answer.error ?? `status ${response.status}`}, asked: ${query}`);
    }
    return answer.data;
  }
}

/** Syntax nodes that name a metric: alone, or over a time range as in `rate(metric[5m])`. */
const SELECTORS = ["vectorSelector", "matrixSelector"];

/** Metric names in Prometheus's syntax tree of an expression. */
function selectorsIn(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(selectorsIn);
  const { type, name, ...rest } = node as { type?: string; name?: string };
  const own = SELECTORS.includes(type ?? "") && name !== undefined ? [name] : [];
  return [...own, ...Object.values(rest).flatMap(selectorsIn)];
}

/**
 * Starts a Prometheus with the shipped alerts, which scrapes the running replicas and the API
 * server.
 *
 * @throws MissingPrerequisite without Go.
 */
export async function startPrometheus(bed: Bed, options: PrometheusOptions): Promise<Prometheus> {
  const program = await findPrometheus(options.log ?? silent);
  const dir = mkdtempSync(join(tmpdir(), "gmsa-prometheus-"));
  watchDir(dir);
  const { spec } = new Rendering(await render(["monitoring"])).get("PrometheusRule", "pepr-gmsa");
  writeFileSync(join(dir, "rules.yaml"), stringify(spec));
  writeFileSync(join(dir, "prometheus.yaml"), stringify(await configuration(bed, dir, options)));
  const address = `127.0.0.1:${await freePort()}`;
  const child = await startChild({
    name: "prometheus",
    command: program,
    args: [
      `--config.file=${join(dir, "prometheus.yaml")}`,
      `--storage.tsdb.path=${join(dir, "data")}`,
      `--web.listen-address=${address}`,
    ],
    cwd: dir,
    env: { PATH: process.env.PATH },
    logFile: join(dir, "output.log"),
  });
  return startOrStop(new Prometheus(`http://${address}`, child, dir), prometheus =>
    prometheus.waitReady(),
  );
}

async function configuration(
  bed: Bed,
  dir: string,
  { intervalSeconds }: PrometheusOptions,
): Promise<object> {
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const { data = {} } = await core.readNamespacedSecret({
    namespace: "pepr-system",
    name: "pepr-gmsa-tls",
  });
  const file = (name: string, base64: string | undefined): string => {
    writeFileSync(join(dir, name), Buffer.from(base64 ?? "", "base64"), { mode: 0o600 });
    return join(dir, name);
  };
  const user = bed.kubeConfig.getCurrentUser();
  const cluster = bed.kubeConfig.getCurrentCluster();
  const interval = `${intervalSeconds}s`;
  return {
    global: {
      scrape_interval: interval,
      scrape_timeout: interval,
      evaluation_interval: interval,
    },
    rule_files: ["rules.yaml"],
    scrape_configs: [
      {
        job_name: "pepr-gmsa",
        scheme: "https",
        tls_config: { ca_file: file("ca.crt", data["ca.crt"]), server_name: SERVER_NAME },
        // The labels that the Prometheus operator adds to the targets of a ServiceMonitor.
        static_configs: (bed.controllers?.replicas ?? []).map(({ address }, index) => ({
          targets: [`${address.host}:${address.port}`],
          labels: { namespace: "pepr-system", pod: `pepr-gmsa-${index}`, service: "pepr-gmsa" },
        })),
      },
      {
        job_name: "apiserver",
        scheme: "https",
        tls_config: {
          ca_file: file("api-server-ca.crt", cluster?.caData),
          cert_file: file("admin.crt", user?.certData),
          key_file: file("admin.key", user?.keyData),
        },
        static_configs: [{ targets: [new URL(cluster?.server ?? "").host] }],
      },
    ],
  };
}
