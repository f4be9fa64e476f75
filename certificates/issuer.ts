import type { Logger } from "pino";

import { answerTo, recentRotations } from "./rotation-limit";
import { makePairBelow, type SignedPair } from "./authority";
import type { Installation, Observation } from "./installation";
import type { KeeperReport } from "./keeper-report";
import type { Outcome } from "./pace";
import { planBelow, stoppedBelow } from "./plan-below";
import type { Settings } from "./settings";

/** The dependencies of an issuer. */
export interface IssuerParts {
  installation: Pick<Installation, "observe" | "storePair">;
  settings: Pick<Settings, "days">;
  log: Logger;
  report: Pick<KeeperReport, "rotated" | "needsHand" | "stopped">;
  /** Creates a pair, which takes long. */
  issue?: (authority: NonNullable<Observation["authority"]>, days: number) => Promise<SignedPair>;
}

/**
 * Maintains the serving pair below a CA that a user has written. It writes only the Secret with the
 * pair, so it does not need rights on webhook configurations.
 */
export class Issuer {
  /** Recorded in memory too, because anyone who may edit the Secret can remove its record. */
  #rotations: Date[] = [];

  constructor(private readonly parts: IssuerParts) {}

  /** Observes the installation and takes the next step. */
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
