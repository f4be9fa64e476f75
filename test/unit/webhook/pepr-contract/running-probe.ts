/** Runs probe.ts with a stub instead of the API server, and calls it as an API server does. */
import { execFileSync, fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import type { TLSSocket } from "node:tls";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { keptPairs } from "../../../support/kept-keys";
import { eventually } from "../../../../testbed/objects/eventually";
import { StoreApi } from "./store-api";

/** Milliseconds until all events of the start are reported; and for any other event. */
const STARTED_WITHIN = 60_000;
const REPORTED_WITHIN = 1000;
const ROOT = resolve(__dirname, "../../../..");

/**
 * How Pepr was started: with files in the default locations; with files from environment variables,
 * and its server taken over as by the front; or with a store that cannot be read.
 */
export type ModuleName = "bare" | "taken" | "broken";

/** A report of the probe. */
export type Report = { module: ModuleName } & (
  | { event: "started"; sigtermListeners: number }
  | { event: "listening"; asked: unknown; port: number }
  | { event: "store read" }
  | { event: "found"; isHttps: boolean; handlers: number }
  | { event: "SIGTERM" }
  | { event: "redacted" }
);

/** The response to a request. */
export interface Answer {
  status: number;
  text: string;
  /** SHA-256 fingerprint of the server's certificate. */
  fingerprint: string;
}

/** The fields of an AdmissionResponse that Pepr can set. */
export interface Response {
  uid: string;
  allowed: boolean;
  [field: string]: unknown;
}

/** The secret part of the webhooks' paths, for each module that serves. */
export const API_PATHS = { bare: "path-in-a-file", taken: "path-in-the-environment" } as const;

/** A running probe. */
export class Probe {
  readonly reports: Report[] = [];
  /** Fingerprints of the certificates in the files. */
  fingerprints = { bare: "", taken: "" };
  log = "";
  readonly #started = Date.now();
  readonly #dir = mkdtempSync(join(tmpdir(), "gmsa-probe-"));
  #child: ChildProcess | undefined;

  private constructor(readonly api: StoreApi) {}

  static async start(): Promise<Probe> {
    const probe = new Probe(await StoreApi.start());
    await probe.#writeFiles();
    probe.#fork();
    return probe;
  }

  /** Waits for the report of this event. */
  async report<E extends Report["event"]>(
    module: ModuleName,
    event: E,
  ): Promise<Extract<Report, { event: E }>> {
    const isIt = (report: Report): boolean => report.module === module && report.event === event;
    const found = await eventually(
      () => Promise.resolve(this.reports.find(isIt)),
      report => report !== undefined,
      Math.max(REPORTED_WITHIN, this.#started + STARTED_WITHIN - Date.now()),
    ).catch(() => undefined);
    if (found === undefined) {
      throw new Error(`not reported: ${event}; the end of the log:\n${this.log.slice(-2000)}`);
    }
    return found as Extract<Report, { event: E }>;
  }

  /** Sends a request; with a body, in the way the API server sends reviews. */
  async ask(module: ModuleName, path: string, body?: object): Promise<Answer> {
    const { port } = await this.report(module, "listening");
    return new Promise((done, fail) => {
      const options = { host: "127.0.0.1", port, path, rejectUnauthorized: false, agent: false };
      const json = { method: "POST", headers: { "content-type": "application/json" } };
      const sent = httpsRequest({ ...options, ...(body && json) }, response => {
        const { fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate();
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          done({ status: response.statusCode ?? 0, text, fingerprint: fingerprint256 });
        });
      });
      sent.on("error", fail);
      sent.end(body && JSON.stringify(body));
    });
  }

  /** The answer to a review. */
  async review(
    webhook: "mutate" | "validate",
    request: object,
    module: "bare" | "taken" = "bare",
  ): Promise<Response> {
    await this.report(module, "store read");
    const body = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
    const { status, text } = await this.ask(module, `/${webhook}/${API_PATHS[module]}`, body);
    if (status !== 200) throw new Error(`${status}: ${text}`);
    return (JSON.parse(text) as { response: Response }).response;
  }

  /** Activates the redaction of Pod contents in its log. */
  async redact(): Promise<void> {
    this.#child?.send("redact");
    await this.report("bare", "redacted");
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await this.api.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #writeFiles(): Promise<void> {
    const [bare, taken] = await keptPairs(1, 1);
    for (const [path, text] of Object.entries({
      "etc/certs/tls.crt": bare.certificate,
      "etc/certs/tls.key": bare.key,
      "app/api-path/value": `${API_PATHS.bare}\n`,
      "other.crt": taken.certificate,
      "other.key": taken.key,
      kubeconfig: this.api.kubeconfig,
    })) {
      mkdirSync(dirname(join(this.#dir, path)), { recursive: true });
      writeFileSync(join(this.#dir, path), text);
    }
    const fingerprintOf = (pem: string): string => new X509Certificate(pem).fingerprint256;
    this.fingerprints = {
      bare: fingerprintOf(bare.certificate),
      taken: fingerprintOf(taken.certificate),
    };
  }

  /** As one file, with the installed Pepr. */
  #fork(): void {
    const program = join(this.#dir, "probe.cjs");
    execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [
      ...[join(__dirname, "probe.ts"), `--outfile=${program}`, "--log-level=warning"],
      ...["--bundle", "--platform=node", "--external:pepr"],
    ]);
    const child = fork(program, {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        NODE_PATH: join(ROOT, "node_modules"),
        LOG_LEVEL: "debug",
        KUBECONFIG: join(this.#dir, "kubeconfig"),
        PROBE_ROOT: this.#dir,
        PROBE_API_PATH: API_PATHS.taken,
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.log += text));
    }
    child.on("message", message => this.reports.push(message as Report));
  }
}
