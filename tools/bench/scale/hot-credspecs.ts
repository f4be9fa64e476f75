/** Which credspecs change most, and which Pods are created. */
import { accountOf, type Population } from "./population";

/** Most changes and many Pods are about so many credspecs, so that they meet each other. */
const MOST_HOT = 20;
/** Share of the Pods that name one of these. */
const HOT_PODS = 0.2;
/** Share of the Pods whose account was never granted what they name. */
const FOREIGN_PODS = 0.05;
/** Share of the changes that are made to one of these. */
const HOT_CHANGES = 0.8;

/** A Pod: its service account, and the credspec that it names. */
export interface Choice {
  account: number;
  credspec: number;
}

function below(count: number): number {
  return Math.floor(Math.random() * count);
}

function hot({ credspecs }: Population): number {
  const count = Math.min(MOST_HOT, credspecs);
  return below(count) * Math.floor(credspecs / count);
}

/** A credspec to be changed. */
export function chooseChanged(population: Population): number {
  return Math.random() < HOT_CHANGES ? hot(population) : below(population.credspecs);
}

/** Chooses Pods, as many of the same kind in a row as a workload has replicas. */
export class PodChooser {
  #choice: Choice;
  #left = 0;

  constructor(
    private readonly population: Population,
    private readonly podsInARow: number,
  ) {
    this.#choice = this.#choose();
  }

  next(): Choice {
    if (this.#left === 0) {
      this.#choice = this.#choose();
      this.#left = this.podsInARow;
    }
    this.#left--;
    return this.#choice;
  }

  #choose(): Choice {
    const { population } = this;
    const dice = Math.random();
    const credspec = dice < HOT_PODS ? hot(population) : below(population.credspecs);
    const account = accountOf(population, credspec);
    const foreign = dice >= 1 - FOREIGN_PODS;
    return { credspec, account: foreign ? (account + 1) % population.serviceAccounts : account };
  }
}
