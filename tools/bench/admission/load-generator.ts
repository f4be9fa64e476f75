/** Runs vegeta, which creates Pods as dry runs in a closed loop. */
import type { KubeConfig } from "@kubernetes/client-node";
import { execFile, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";

import type { Sample } from "../statistics";

const run = promisify(execFile);

const LARGEST_OUTPUT = 1024 * 1024 * 1024;
/** Bytes kept of each response body: enough for the message of a refusal. */
const KEPT_BODY = 1024;

/** A folder with the credentials of a kubeconfig, in the form that vegeta reads. */
export interface ClientFiles {
  /** Readable by its owner only. */
  dir: string;
  /** Such as "https://127.0.0.1:6443". */
  server: string;
  vegetaFlags: string[];
}

/**
 * Writes the certificates of a kubeconfig into a folder, and creates the folder if it does not
 * exist.
 *
 * @throws if the kubeconfig holds neither a client certificate nor a token.
 */
export function writeClientFiles(kubeConfig: KubeConfig, dir: string): ClientFiles {
  const cluster = kubeConfig.getCurrentCluster();
  const user = kubeConfig.getCurrentUser();
  if (!cluster || !user) throw new Error("the kubeconfig has no current context");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const vegetaFlags: string[] = [];
  const addPem = (flag: string, base64: string | undefined): void => {
    if (!base64) return;
    const file = join(dir, `${flag}.pem`);
    writeFileSync(file, Buffer.from(base64, "base64"), { mode: 0o600 });
    vegetaFlags.push(`-${flag}=${file}`);
  };
  addPem("root-certs", cluster.caData);
  addPem("cert", user.certData);
  addPem("key", user.keyData);
  if (!user.certData) {
    if (!user.token) throw new Error("the kubeconfig has neither a certificate nor a token");
    vegetaFlags.push(`-header=Authorization: Bearer ${user.token}`);
  }
  return { dir, server: cluster.server, vegetaFlags };
}

/** One slice of load. */
export interface Load {
  url: string;
  /** Sent as JSON with every request. */
  body: object;
  /** Number of requests in flight. */
  concurrency: number;
  /** Milliseconds. */
  duration: number;
}

/** The fields of `vegeta encode` output that are read here. */
const result = z.object({
  code: z.number(),
  timestamp: z.string(),
  /** Nanoseconds. */
  latency: z.number(),
  error: z.string(),
  body: z.string().nullable(),
});

/** Generates load with one program, one set of credentials and one folder for temporary files. */
export class LoadGenerator {
  constructor(
    private readonly program: string,
    private readonly client: ClientFiles,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Sends requests in `concurrency` parallel loops over one HTTP/2 connection, as a controller
   * does. Resolves when the last one is answered.
   *
   * @param onEnd called when the load has ended, before its results are read.
   */
  async attack(load: Load, onEnd: () => void): Promise<Sample[]> {
    const { dir } = this.client;
    const [body, targets, output] = ["body.json", "targets", "results"].map(name =>
      join(dir, name),
    ) as [string, string, string];
    await writeFile(body, JSON.stringify(load.body));
    await writeFile(targets, `POST ${load.url}\nContent-Type: application/json\n@${body}\n`);
    await this.#run([
      "attack",
      `-targets=${targets}`,
      `-output=${output}`,
      `-duration=${load.duration}ms`,
      // No fixed rate: each worker sends its next request as soon as it has a response.
      "-rate=0",
      `-workers=${load.concurrency}`,
      `-max-workers=${load.concurrency}`,
      `-max-body=${KEPT_BODY}`,
      "-redirects=-1",
      ...this.client.vegetaFlags,
    ]);
    onEnd();
    const { stdout } = await run(this.program, ["encode", "--to=json", output], {
      maxBuffer: LARGEST_OUTPUT,
      signal: this.signal,
    });
    return samplesIn(stdout);
  }

  #run(args: string[]): Promise<void> {
    return new Promise((done, fail) => {
      const child = spawn(this.program, args, {
        stdio: ["ignore", "ignore", "inherit"],
        signal: this.signal,
      });
      child.once("error", fail);
      child.once("exit", (code, signal) => {
        if (code === 0) done();
        else fail(new Error(`vegeta ended with ${signal ?? `exit code ${String(code)}`}`));
      });
    });
  }
}

/** Parses what `vegeta encode --to json` prints: one object per line. */
function samplesIn(lines: string): Sample[] {
  return lines
    .split("\n")
    .filter(line => line !== "")
    .map(line => {
      const { code, timestamp, latency, error, body } = result.parse(JSON.parse(line));
      const failed = error !== "" || code < 200 || code > 299;
      return {
        start: Date.parse(timestamp),
        latency: latency / 1e6,
        ...(failed && { failure: failureText(code, error, body ?? "") }),
      };
    });
}

/** The API server's own message if the body has one; the body may be cut off. */
function failureText(code: number, error: string, body: string): string {
  const text = Buffer.from(body, "base64").toString();
  const message = /"message":"((?:[^"\\]|\\.)*)/.exec(text)?.[1] ?? text;
  return [`HTTP ${code}`, error, message].filter(part => part !== "").join(": ");
}
