/** The webhook: Pepr, with what it needs to run in a cluster for a long time. */
import { VersionApi, type KubeConfig } from "@kubernetes/client-node";
import { Log } from "pepr";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

import { bindWarnedKinds } from "../capabilities/early-warnings";
import { Gmsa } from "../capabilities/gmsa";
import { loadKubeConfig } from "../kube/client";
import { gotAnswer } from "../kube/api-error";
import { NAME } from "../kube/installation-names";
import { whyMisplaced } from "../kube/own-place";
import { webhookPort } from "../kube/webhook-port";
import { redactPods } from "./log-redaction";
import { readHelperSettings } from "../rules/opt-in/opt-in-settings";
import { readWarnedKinds, WARNED_KINDS } from "../rules/workload/warned-kinds";
import config from "../package.json";
import { metrics } from "../telemetry/metrics";
import { ClientCertificates } from "./client-certificates";
import { CertificateReload, POLL_MS } from "./certwatcher";
import { checkFiles, readMountedFiles, type MountedFiles } from "./mounted-files";
import { Front } from "./http-front";
import { checkPair, type UsablePair } from "../pki/key-pair";
import { countStranger, serveMetrics, startPepr } from "./pepr-module";
import { Readiness } from "./readiness";
import { Rehearsal } from "./rehearsal";
import { receptionOf } from "./review-body";
import { endUnlessReady, untilStoreIsServed } from "./startup";
import { STORE_NAME, Waiting, WAITS } from "./waiting";
import { answerWhileWaiting } from "./waiting-server";

/** Milliseconds between two checks whether the API server is reachable. */
const PING_MS = 5000;
const RETRY_MS = 1000;

/** Serves admission until SIGTERM. First waits for its certificate and for the API server. */
export async function serveAdmission(): Promise<void> {
  redactPods(Log);
  endUnlessSetUp();
  addMetrics();
  process.once("SIGTERM", endAtOnce);
  const kubeConfig = loadKubeConfig();
  const readiness = new Readiness(performance.now());
  const kinds = readWarnedKinds(process.env[WARNED_KINDS]);
  bindWarnedKinds(Gmsa, kinds);
  const front = new Front(readiness, { reception: receptionOf(kinds) });

  // `pepr dev` creates its own certificate for each run.
  const inCluster = process.env.PEPR_MODE !== "dev";
  front.onStranger = countStranger;
  front.callers.clients = ClientCertificates.from(process.env);
  const served = inCluster ? await untilFilesAreThere(front.callers.clients) : undefined;
  if (served === undefined) {
    front.callers.paths = [process.env.PEPR_API_PATH ?? ""];
  } else {
    front.callers.paths = served.paths;
    front.useCertificate(served);
  }
  await untilPeprCanStart(kubeConfig, served);
  // Install it before Pepr listens, and after the server that answered while Pepr waited has closed.
  front.install();
  expectStore(readiness);
  if (served !== undefined) void warmUp(served, front, readiness);
  startPepr();

  // On SIGTERM, Pepr would close idle connections at once, and a request may be on its way on one of
  // them.
  process.removeAllListeners("SIGTERM");
  process.once("SIGTERM", () => {
    void end(front, "SIGTERM");
  });
  void keepAskingFor(kubeConfig, readiness);
  if (served !== undefined) {
    reportCertificate(checkPair(served, new Date()), readiness);
    void keepCertificate(served, front, readiness);
  }
}

/** Waits for Pepr's store. Meanwhile the probes get the reason as a response. */
async function untilPeprCanStart(
  kubeConfig: KubeConfig,
  served: MountedFiles | undefined,
): Promise<void> {
  let reason: string = WAITS.store;
  const stop = served && (await answerWhileWaiting(served, () => reason));
  await untilStoreIsServed(kubeConfig, (why, seconds) => {
    reason = `${WAITS.store}: ${why}`;
    Log.warn({ why, seconds }, WAITS.store);
  });
  await stop?.();
}

/** Pepr reads its store only once. If that fails, the process exits and the kubelet restarts it. */
function expectStore(readiness: Readiness): void {
  const storeIsRead = endUnlessReady(() => {
    Log.error(
      "Pepr did not become ready: its store could not be read. The process ends and is restarted.",
    );
    process.exit(1);
  });
  readiness.waitsFor = STORE_NAME;
  Gmsa.Store.onReady(() => {
    readiness.waitsFor = undefined;
    storeIsRead();
  });
}

/** Warms up the replica. If that fails, it becomes ready anyway, and only the first Pods take longer. */
async function warmUp(
  { certificate }: MountedFiles,
  front: Front,
  readiness: Readiness,
): Promise<void> {
  readiness.rehearsing = true;
  const address = await front.untilServing();
  const rehearsal = new Rehearsal();
  const { level } = Log;
  try {
    front.rehearsal = rehearsal;
    // Below level warn, Pepr logs a dozen lines for each review. The replica does not serve other
    // requests yet.
    if (Log.isLevelEnabled("info")) Log.level = "warn";
    await rehearsal.run({ address, certificate });
  } catch (error) {
    Log.warn({ err: error }, "Not warmed up: the first Pods take longer");
  } finally {
    Log.level = level;
    front.rehearsal = undefined;
    readiness.rehearsing = false;
  }
}

/** Exits at once if a setting is invalid. The previous replicas keep running. */
function endUnlessSetUp(): void {
  try {
    readHelperSettings(process.env);
    webhookPort(process.env);
    readWarnedKinds(process.env[WARNED_KINDS]);
    const why = whyMisplaced(process.env, NAME);
    if (why !== undefined) throw new Error(why);
  } catch (error) {
    Log.fatal((error as Error).message);
    process.exit(1);
  }
}

function endAtOnce(): void {
  process.exit(0);
}

async function end(front: Front, why: string): Promise<void> {
  Log.info({ why }, "Draining");
  await front.drain();
  process.exit(0);
}

/** Waits for the Secrets, which are empty until the certificate controller has filled them in. */
async function untilFilesAreThere(clients: ClientCertificates | undefined): Promise<MountedFiles> {
  const waiting = new Waiting(performance.now());
  for (;;) {
    try {
      const files = await readMountedFiles();
      await checkFiles(files);
      if (files.paths.length === 0) throw new Error("the webhooks' path is empty");
      clients?.trust(files.clientCa);
      return files;
    } catch (error) {
      const why = isMissing(error)
        ? `${error.path ?? "a file"} is missing: its Secret is empty`
        : (error as Error).message;
      const seconds = waiting.failed(why, performance.now());
      if (seconds !== undefined) {
        Log.warn({ why, seconds }, WAITS.files);
      }
    }
    await sleep(RETRY_MS);
  }
}

function isMissing(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

async function keepCertificate(
  served: MountedFiles,
  front: Front,
  readiness: Readiness,
): Promise<void> {
  const reload = new CertificateReload(served, checkFiles);
  for (;;) {
    await sleep(POLL_MS);
    const files = await readMountedFiles().catch((error: unknown) => {
      Log.error(
        { err: error },
        "The mounted Secrets cannot be read; the values read before are used",
      );
      return undefined;
    });
    if (files === undefined) continue;
    followPaths(front, files.paths);
    // If the Secret is emptied, the previous CA stays in use.
    if (files.clientCa !== "") front.trustClients(files.clientCa);
    const look = await reload.look(files, performance.now());
    if (look.change === "pair") {
      front.useCertificate(look.pair);
      reportCertificate(look.pair, readiness);
      const { notAfter, fingerprint } = look.pair;
      Log.warn({ notAfter, fingerprint }, "A new certificate is served from now on");
    } else if (look.change === "unusable") {
      Log.error({ why: look.why }, "The new certificate is not used; the previous one is served");
    }
  }
}

/**
 * Applies new paths. If the Secret is emptied, the certificate controller writes the current path again
 * within seconds.
 */
function followPaths(front: Front, paths: readonly string[]): void {
  if (paths.length === 0 || isDeepStrictEqual(paths, front.callers.paths)) return;
  front.callers.paths = paths;
  Log.warn({ count: paths.length }, "New paths of the webhooks are answered from now on");
}

function reportCertificate({ notAfter }: UsablePair, readiness: Readiness): void {
  readiness.notAfter = notAfter;
  metrics.certificate(notAfter);
}

function addMetrics(): void {
  metrics.build({
    version: config.version,
    pepr: config.devDependencies.pepr,
    node: process.versions.node,
  });
  metrics.ofProcess();
  serveMetrics(() => metrics.text());
}

/** Checks the API server periodically. An error response also shows that it is reachable. */
async function keepAskingFor(kubeConfig: KubeConfig, readiness: Readiness): Promise<never> {
  const version = kubeConfig.makeApiClient(VersionApi);
  for (;;) {
    try {
      await version.getCode();
      readiness.apiServerAnswered(performance.now());
    } catch (error) {
      if (gotAnswer(error)) {
        readiness.apiServerAnswered(performance.now());
      }
    }
    await sleep(PING_MS);
  }
}
