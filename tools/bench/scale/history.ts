/** What the cluster held of every service account and credspec, from the start to the end. */
import { accountOf, FIRST_STATE, type CredspecState, type Population } from "./population";
import { Timeline } from "./timeline";
import type { Truth } from "./verdict";

/** Only what has changed is kept. */
export class History {
  readonly #changed = new Map<number, Truth>();

  constructor(private readonly population: Population) {}

  /** Of a credspec and the account that it belongs to; for changes to be added to. */
  of(credspec: number): Truth {
    const known = this.#changed.get(credspec);
    if (known) return known;
    const truth: Truth = {
      granted: new Timeline(true),
      contents: new Timeline<CredspecState>(FIRST_STATE),
    };
    this.#changed.set(credspec, truth);
    return truth;
  }

  /** Of a credspec and any account: others than its own are never granted it. */
  truth(credspec: number, account: number): Truth {
    const own = this.of(credspec);
    if (account === accountOf(this.population, credspec)) return own;
    return { granted: new Timeline(false), contents: own.contents };
  }
}
