/**
 * A program that starts Pepr three times as webhook/ starts it, each time with a minimal module,
 * and reports what it observes of Pepr from inside to the test that forked it. running-probe.ts
 * runs it.
 */
import { subscribe } from "node:diagnostics_channel";
import fs from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Server as HttpsServer } from "node:https";
import net from "node:net";
import { join } from "node:path";
import { Capability, Log, PeprModule, a, metricsCollector } from "pepr";

import { redactPods } from "../../../../webhook/log-redaction";
import { askPepr, peprHandler, type CheckedReview } from "../../../../webhook/pepr-reviews";
import type { ModuleName, Report } from "./running-probe";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
type Listen = (this: net.Server, address: net.ListenOptions, done: () => void) => net.Server;
type Arguments = ConstructorParameters<typeof PeprModule>;

const { PROBE_ROOT = "", PROBE_API_PATH = "" } = process.env;
/** Port of the module "taken"; Pepr's timers run a hundred times as fast. */
let takenPort = 0;
/** The request object of the last review for its handlers. */
let marked: object | undefined;
const HASTE = 100;
const listen = Reflect.get(net.Server.prototype, "listen") as Listen;

function report(message: Report): void {
  process.send?.(message);
}

/** Maps files of `/` to those of a folder, if they exist there. */
function standInForFiles(): void {
  const { readFileSync } = fs;
  fs.readFileSync = ((path: string, ...rest: []) => {
    const inside = join(PROBE_ROOT, path);
    return readFileSync(fs.existsSync(inside) ? inside : path, ...rest);
  }) as typeof readFileSync;
}

/** Speeds up Pepr's own timers, and removes their random part. */
function standInForTime(): void {
  const { setTimeout: later } = globalThis;
  globalThis.setTimeout = ((call: () => void, delay = 0, ...rest: unknown[]) => {
    const isPeprs = /node_modules\/pepr\//.test(new Error().stack ?? "");
    return later(call, isPeprs ? delay / HASTE : delay, ...(rest as []));
  }) as typeof later;
  Math.random = () => 0.5;
}

/** Makes servers listen on free loopback ports, and reports the requested port. */
function standInForPort(module: ModuleName): void {
  net.Server.prototype.listen = function (this: net.Server, asked: unknown): net.Server {
    return listen.call(this, { host: "127.0.0.1", port: 0 }, () => {
      const { port } = this.address() as net.AddressInfo;
      if (module === "taken") takenPort = port;
      report({ module, event: "listening", asked, port });
    });
  };
}

/** Takes over the server that diagnostics_channel reports with its first request, as the front does. */
function takeServer(): void {
  let isTaken = false;
  subscribe("http.server.request.start", message => {
    const { server } = message as { server: net.Server };
    if (isTaken || (server.address() as net.AddressInfo).port !== takenPort) return;
    isTaken = true;
    const handlers = server.listeners("request") as Handler[];
    const isHttps = server instanceof HttpsServer;
    report({ module: "taken", event: "found", isHttps, handlers: handlers.length });
    server.removeAllListeners("request");
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void pass(request, response, handlers[0] as Handler);
    });
  });
}

/** Calls /healthz for a request to /readyz, and Pepr's handlers for a review. */
async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  app: Handler,
): Promise<void> {
  if (request.url === "/readyz") request.url = "/healthz";
  if (request.method !== "POST") {
    app(request, response);
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const review = JSON.parse(Buffer.concat(chunks).toString()) as CheckedReview;
  const handler = peprHandler(app, request.url?.startsWith("/mutate/") ? "mutate" : "validate");
  if (handler === undefined) throw new Error("the handler was not found");
  marked = review.request;
  response.setHeader("content-type", "application/json");
  try {
    response.end(JSON.stringify(await askPepr(handler, review)));
  } catch (error) {
    response.writeHead(500).end((error as Error).message);
  }
}

const hooks: Arguments[2] = {
  beforeHook: request => {
    const object = request.object as a.Pod | null;
    const { name, annotations } = object?.metadata ?? {};
    if (name === "own-clone") {
      const clone = (): object => ({ metadata: { name: "cloned" }, spec: {} });
      Object.defineProperty(object, "clone", { value: clone });
    }
    if (name !== "hooked") return;
    const metadata = { name, annotations: { ...annotations, "gmsa.pepr.dev/gmsa": "succeeded" } };
    Object.assign(request, { object: { metadata, spec: {} } });
  },
};

function capabilityOf(module: ModuleName): Capability {
  const capability = new Capability({ name: "gmsa", description: "probe" });
  capability
    .When(a.Pod)
    .IsCreatedOrUpdated()
    .Mutate(({ Raw: pod }) => {
      Object.assign(pod.spec ?? {}, { hostname: pod.metadata?.annotations?.hostname ?? "mutated" });
    })
    .Validate(request => {
      const { Raw: raw, OldResource: old } = request;
      return raw.metadata?.name === "refused"
        ? request.Deny("why not", 403, ["a warning"])
        : request.Approve([
            JSON.stringify({ raw, old: old ?? "none", same: request.Request === marked }),
          ]);
    });
  capability
    .When(a.ConfigMap)
    .IsDeleted()
    .Validate(request => request.Approve([JSON.stringify({ raw: request.Raw })]));
  capability.Store.onReady(() => {
    report({ module, event: "store read" });
  });
  return capability;
}

function start(module: ModuleName): void {
  standInForPort(module);
  const uuid = module === "broken" ? "broken" : "gmsa";
  const pepr = { uuid, onError: "reject", alwaysIgnore: { namespaces: [] } };
  const before = process.listenerCount("SIGTERM");
  const deferStart = module === "taken";
  const options = { ...hooks, deferStart };
  const started = new PeprModule({ description: "probe", pepr }, [capabilityOf(module)], options);
  if (deferStart) started.start(10250);
  const sigtermListeners = process.listenerCount("SIGTERM") - before;
  report({ module, event: "started", sigtermListeners });
}

standInForFiles();
standInForTime();
takeServer();
start("bare");
start("broken");
process.env.SSL_CERT_PATH = join(PROBE_ROOT, "other.crt");
process.env.SSL_KEY_PATH = join(PROBE_ROOT, "other.key");
process.env.PEPR_API_PATH = PROBE_API_PATH;
start("taken");

process.removeAllListeners("SIGTERM");
process.on("SIGTERM", () => {
  report({ module: "bare", event: "SIGTERM" });
});
const ofPepr = metricsCollector.getMetrics;
metricsCollector.getMetrics = async (): Promise<string> => `${await ofPepr()}\nprobe_metric 1\n`;
process.on("message", () => {
  redactPods(Log);
  report({ module: "bare", event: "redacted" });
});
