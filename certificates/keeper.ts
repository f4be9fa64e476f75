/**
 * The certificate controller: creates the first serving pair, makes the API server trust it, renews it
 * long before it expires, and adopts a pair from a user or cert-manager.
 *
 * It is a separate program, so that the webhook does not need the right to change its own
 * webhooks.
 */
import type { KubeConfig } from "@kubernetes/client-node";
import { pino, type Logger } from "pino";
import { setTimeout as sleep } from "node:timers/promises";

import { loadKubeConfig } from "../kube/client";
import { describeFailure } from "../kube/api-error";
import { createEvent } from "../kube/events";
import { KEEPER } from "../kube/installation-names";
import { whyMisplaced } from "../kube/own-place";
import { serveMetrics } from "../telemetry/metrics-server";
import { makePair, type SignedPair } from "./authority";
import type { Installation, Observation, WebhookChange } from "./installation";
import { Issuer } from "./issuer";
import { KubeInstallation } from "./kube-installation";
import { KeeperReport } from "./keeper-report";
import { KubePathStore } from "./kube-path";
import { Pace, type Outcome } from "./pace";
import { PathRotation, type PathWorld } from "./path-rotation";
import { planStep, stoppedRotation, trustAlso, type Step } from "./plan";
import { answerTo, recentRotations } from "./rotation-limit";
import { readSettings, type Settings } from "./settings";

/** Runs until SIGTERM. Failed steps are retried. */
export async function keepCertificates(): Promise<void> {
  const log = pino({ level: process.env.LOG_LEVEL ?? "info" });
  process.once("SIGTERM", () => {
    process.exit(0);
  });
  const why = whyMisplaced(process.env, KEEPER);
  if (why !== undefined) {
    log.fatal(why);
    process.exit(1);
  }
  const settings = readSettings(process.env);
  const kubeConfig = loadKubeConfig();
  const report = new KeeperReport(log, settings.tlsSecret, event =>
    createEvent(kubeConfig, event, new Date()),
  );
  serveMetrics({ text: () => report.metrics.text() }, why => {
    log.warn({ why }, "The metrics are not served");
  });
  const isManual = settings.trust === "manual";
  const installation = new KubeInstallation(kubeConfig, settings.tlsSecret, {
    configurations: !isManual,
    authority: isManual,
  });
  const parts = { installation, settings, log, report };
  const keeper = isManual ? new Issuer(parts) : new Keeper(parts);
  // Without rights on the webhook configurations, the path in them cannot be changed.
  const paths = isManual ? undefined : pathRotation(installation, { kubeConfig, settings, log });
  const pace = new Pace(settings.pollMs);
  for (;;) {
    let outcome: Outcome;
    try {
      // After each step, the installation is observed again.
      outcome = await keeper.step();
      if (outcome === "quiet") await paths?.step();
    } catch (error) {
      outcome = "failed";
      report.failed(describeFailure(error));
    }
    report.came(outcome);
    await sleep(pace.after(outcome));
  }
}

/** Creates the rotation of the webhooks' path, with the times in these settings. */
export function pathRotation(
  world: PathWorld,
  { kubeConfig, settings, log }: { kubeConfig: KubeConfig; settings: Settings; log: Logger },
): PathRotation {
  const { rotatePathMs: rotateMs, announcePathMs: announceMs, trustOldMs: overlapMs } = settings;
  const store = new KubePathStore(kubeConfig);
  return new PathRotation({ store, world }, { rotateMs, announceMs, overlapMs }, log);
}

/** Functions that take long. */
export interface KeeperTools {
  makePair(days: number): Promise<SignedPair>;
  sleep(milliseconds: number): Promise<void>;
}

/** The dependencies of the certificate controller. */
export interface KeeperParts {
  installation: Installation;
  settings: Settings;
  log: Logger;
  report: Pick<KeeperReport, "rotated" | "needsHand" | "stopped">;
  /** Defaults to the real functions. */
  tools?: KeeperTools;
}

/** Plans and takes one step at a time. */
export class Keeper {
  readonly #installation: Installation;
  readonly #settings: Settings;
  readonly #log: Logger;
  readonly #report: KeeperParts["report"];
  readonly #tools: KeeperTools;
  /** The pair that every ready replica serves, and since when, in milliseconds of performance.now(). */
  #servedByAll: { fingerprint: string; since: number } | undefined;
  /**
   * A pair that is trusted but not stored yet. If storing fails repeatedly, it is reused, so that no
   * further CAs are created.
   */
  #unstored: SignedPair | undefined;
  /** Recorded in memory too, because anyone who may edit the Secret can remove its record. */
  #rotations: Date[] = [];

  constructor({ installation, settings, log, report, tools }: KeeperParts) {
    this.#installation = installation;
    this.#settings = settings;
    this.#log = log;
    this.#report = report;
    this.#tools = tools ?? { makePair, sleep };
  }

  /** Observes the installation and takes the next step. */
  async step(): Promise<Outcome> {
    const now = new Date();
    const observation = this.#withRotations(await this.#installation.observe(), now);
    const step = planStep(observation, now);
    this.#report.needsHand(step.do === "complain" ? step.why : "");
    await this.#report.stopped(stoppedRotation(observation, now));
    if (step.do !== "drop old CAs") {
      this.#servedByAll = undefined;
    }
    return this.#carryOut(step, observation);
  }

  /** Adds the rotations that this process remembers to those recorded in the Secret. */
  #withRotations({ pair, ...rest }: Observation, now: Date): Observation {
    const rotations = recentRotations([...pair.rotations, ...this.#rotations], now);
    return { ...rest, pair: { ...pair, rotations } };
  }

  async #carryOut(step: Step, observation: Observation): Promise<Outcome> {
    switch (step.do) {
      case "nothing":
      case "complain":
        return "quiet";
      case "store path":
        await this.#installation.storeApiPath(step.apiPath);
        this.#log.info("The webhooks' path is stored");
        return "changed";
      case "update webhooks":
        return this.#updateWebhooks(
          step.change,
          "The webhook configurations trust the certificate and call the path",
        );
      case "rotate":
        await this.#rotate(step.why, observation);
        return "changed";
      case "drop old CAs":
        return this.#dropOldCas(step);
    }
  }

  async #updateWebhooks(change: WebhookChange, done: string): Promise<Outcome> {
    if (!(await this.#installation.updateWebhooks(change))) return "unchanged";
    this.#log.info(done);
    return "changed";
  }

  async #rotate(why: string, observation: Observation): Promise<void> {
    this.#log.info({ why }, "Creating a new CA and certificate");
    this.#unstored ??= await this.#tools.makePair(this.#settings.days);
    const pair = this.#unstored;
    await this.#installation.updateWebhooks(trustAlso(observation, pair.ca, new Date()));
    if (observation.pair.certificate !== "") {
      this.#log.info("Both CAs are trusted; waiting until every API server has noticed");
      await this.#tools.sleep(this.#settings.propagationMs);
    }
    const rotations = [...observation.pair.rotations, new Date()];
    await this.#installation.storePair(pair, answerTo(observation.pair.renew), rotations);
    this.#rotations = rotations;
    this.#unstored = undefined;
    this.#report.rotated();
    this.#log.info("The new certificate is stored; the replicas will serve it within 2 minutes");
  }

  async #dropOldCas(step: Extract<Step, { do: "drop old CAs" }>): Promise<Outcome> {
    const served = await this.#installation.servedFingerprints();
    const byAll = served.length > 0 && served.every(other => other === step.fingerprint);
    if (!byAll) {
      this.#servedByAll = undefined;
      return "quiet";
    }
    const now = performance.now();
    if (this.#servedByAll?.fingerprint !== step.fingerprint) {
      this.#servedByAll = { fingerprint: step.fingerprint, since: now };
      this.#log.info({ replicas: served.length }, "Every replica serves the new certificate");
    }
    if (now - this.#servedByAll.since < this.#settings.trustOldMs) return "quiet";
    return this.#updateWebhooks(step.change, "The old CA is no longer trusted");
  }
}
