/**
 * Keeps the certificates of an installation: makes the first pair, lets the API server trust it,
 * renews it long before its end, and takes over a pair that a user or cert-manager has put there.
 *
 * A program of its own, so that the controller needs no right to change its own webhooks.
 */
import type { KubeConfig } from "@kubernetes/client-node";
import { pino, type Logger } from "pino";
import { setTimeout as sleep } from "node:timers/promises";

import { loadKubeConfig } from "../kube/client";
import { describeFailure } from "../kube/api-error";
import { makePair, type SignedPair } from "./authority";
import type { Installation, Observation } from "./installation";
import { KubeInstallation } from "./kube-installation";
import { KubePathStore } from "./kube-path";
import { PathRotation, type PathWorld } from "./path-rotation";
import { planStep, trustAlso, type Step } from "./plan";
import { readSettings, type Settings } from "./settings";

/** Runs until SIGTERM. What fails is tried again with the next look. */
export async function keepCertificates(): Promise<void> {
  const log = pino({ level: process.env.LOG_LEVEL ?? "info" });
  process.once("SIGTERM", () => {
    process.exit(0);
  });
  const settings = readSettings(process.env);
  const kubeConfig = loadKubeConfig();
  const installation = new KubeInstallation(kubeConfig, settings.tlsSecret);
  const keeper = new Keeper(installation, settings, log);
  const paths = pathRotation(installation, { kubeConfig, settings, log });
  let told = "";
  for (;;) {
    try {
      // Steps follow one another: after each, the installation is looked at anew.
      while (await keeper.step());
      await paths.step();
      told = "";
    } catch (error) {
      const why = describeFailure(error);
      if (why !== told) {
        told = why;
        log.warn({ why }, "Could not go on, and will try again");
      }
    }
    await sleep(settings.pollMs);
  }
}

/** What replaces the webhooks' path, with the times of these settings. */
export function pathRotation(
  world: PathWorld,
  { kubeConfig, settings, log }: { kubeConfig: KubeConfig; settings: Settings; log: Logger },
): PathRotation {
  const { rotatePathMs: rotateMs, announcePathMs: announceMs, trustOldMs: overlapMs } = settings;
  const store = new KubePathStore(kubeConfig);
  return new PathRotation({ store, world }, { rotateMs, announceMs, overlapMs }, log);
}

/** What takes long. */
export interface KeeperTools {
  makePair(days: number): Promise<SignedPair>;
  sleep(milliseconds: number): Promise<void>;
}

/** Carries out one step after the other. */
export class Keeper {
  readonly #installation: Installation;
  readonly #settings: Settings;
  readonly #log: Logger;
  readonly #tools: KeeperTools;
  #complaint = "";
  /** Since when every ready replica has served this pair, in milliseconds of performance.now(). */
  #servedByAll: { fingerprint: string; since: number } | undefined;

  constructor(
    installation: Installation,
    settings: Settings,
    log: Logger,
    tools: KeeperTools = { makePair, sleep },
  ) {
    this.#installation = installation;
    this.#settings = settings;
    this.#log = log;
    this.#tools = tools;
  }

  /** @returns whether something was changed, so that there may be more to do. */
  async step(): Promise<boolean> {
    const observation = await this.#installation.observe();
    const step = planStep(observation, new Date());
    this.#complain(step.do === "complain" ? step.why : "");
    if (step.do !== "drop old CAs") {
      this.#servedByAll = undefined;
    }
    return this.#carryOut(step, observation);
  }

  async #carryOut(step: Step, observation: Observation): Promise<boolean> {
    switch (step.do) {
      case "nothing":
      case "complain":
        return false;
      case "store path":
        await this.#installation.storeApiPath(step.apiPath);
        this.#log.info("The webhooks' path is stored");
        return true;
      case "update webhooks":
        await this.#installation.updateWebhooks(step.change);
        this.#log.info("The webhook configurations trust the certificate and call the path");
        return true;
      case "rotate":
        await this.#rotate(step.why, observation);
        return true;
      case "drop old CAs":
        return this.#dropOldCas(step);
    }
  }

  async #rotate(why: string, observation: Observation): Promise<void> {
    this.#log.info({ why }, "Making a new CA and certificate");
    const pair = await this.#tools.makePair(this.#settings.days);
    await this.#installation.updateWebhooks(trustAlso(observation, pair.ca, new Date()));
    if (observation.pair.certificate !== "") {
      this.#log.info("Both CAs are trusted; waiting until every API server has noticed");
      await this.#tools.sleep(this.#settings.propagationMs);
    }
    await this.#installation.storePair(pair, observation.pair.renew);
    this.#log.info("The new certificate is stored; the replicas will serve it within 2 minutes");
  }

  async #dropOldCas(step: Extract<Step, { do: "drop old CAs" }>): Promise<boolean> {
    const served = await this.#installation.servedFingerprints();
    const byAll = served.length > 0 && served.every(other => other === step.fingerprint);
    if (!byAll) {
      this.#servedByAll = undefined;
      return false;
    }
    const now = performance.now();
    if (this.#servedByAll?.fingerprint !== step.fingerprint) {
      this.#servedByAll = { fingerprint: step.fingerprint, since: now };
      this.#log.info({ replicas: served.length }, "Every replica serves the new certificate");
    }
    if (now - this.#servedByAll.since < this.#settings.trustOldMs) return false;
    await this.#installation.updateWebhooks(step.change);
    this.#log.info("The old CA is no longer trusted");
    return true;
  }

  /** Tells once, and again after it was mended. */
  #complain(why: string): void {
    if (why !== "" && why !== this.#complaint) {
      this.#log.error({ why }, "This needs somebody's hand");
    }
    this.#complaint = why;
  }
}
