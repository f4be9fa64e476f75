import type { Logger } from "pino";

import { answerTo, recentRotations } from "./rotation-limit";
import { makePairBelow, type SignedPair } from "./authority";
import type { Installation, Observation } from "./installation";
import type { KeeperReport } from "./keeper-report";
import type { Outcome } from "./pace";
import { planBelow, stoppedBelow } from "./plan-below";
import type { Settings } from "./settings";

/** What an issuer works with. */
export interface IssuerParts {
  installation: Pick<Installation, "observe" | "storePair">;
  settings: Pick<Settings, "days">;
  log: Logger;
  report: Pick<KeeperReport, "rotated" | "needsHand" | "stopped">;
  /** What takes long. */
  issue?: (authority: NonNullable<Observation["authority"]>, days: number) => Promise<SignedPair>;
}

/**
 * Keeps the pair below the CA that a person has written. All that it ever writes is the Secret with
 * the pair: it needs no right on webhook configurations.
 */
export class Issuer {
  /** Kept here too: what the Secret records of them, anybody who may edit it can remove. */
  #rotations: Date[] = [];

  constructor(private readonly parts: IssuerParts) {}

  /** Observes the installation, and takes the next step. */
  async step(): Promise<Outcome> {
    const { installation, log, report, settings, issue = makePairBelow } = this.parts;
    const now = new Date();
    const observation = await installation.observe();
    const { pair, authority } = observation;
    pair.rotations = recentRotations([...pair.rotations, ...this.#rotations], now);
    const step = planBelow(observation, now);
    report.needsHand(step.do === "complain" ? step.why : "");
    await report.stopped(stoppedBelow(observation, now));
    if (step.do !== "rotate" || authority === undefined) return "quiet";

    log.info({ why: step.why }, "Creating a new certificate");
    const rotations = [...pair.rotations, new Date()];
    const made = await issue(authority, settings.days);
    await installation.storePair(made, answerTo(pair.renew), rotations);
    this.#rotations = rotations;
    report.rotated();
    log.info("The new certificate is stored; the replicas will serve it within 2 minutes");
    return "changed";
  }
}
