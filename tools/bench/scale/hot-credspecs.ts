/** Chooses the credential specs to change and the Pods to create. */
import { accountOf, type Population } from "./population";

/**
 * Number of credential specs that get most of the changes and many of the Pods, so that both
 * coincide.
 */
const MOST_HOT = 20;
/** Share of the Pods that name one of these. */
const HOT_PODS = 0.2;
/** Share of the Pods whose account never had a grant for their credential spec. */
const FOREIGN_PODS = 0.05;
/** Share of the changes that affect one of these. */
const HOT_CHANGES = 0.8;

/** A Pod: its service account and the credential spec that it names. */
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

/** Chooses a credential spec to change. */
export function chooseChanged(population: Population): number {
  return Math.random() < HOT_CHANGES ? hot(population) : below(population.credspecs);
}

/** Chooses Pods, with as many equal ones in a row as a workload has replicas. */
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
