/** The state of every grant and credential spec in the cluster, from start to end. */
import { accountOf, FIRST_STATE, type CredspecState, type Population } from "./population";
import { Timeline } from "./timeline";
import type { Truth } from "./verdict";

/** Stores only what has changed. */
export class History {
  readonly #changed = new Map<number, Truth>();

  constructor(private readonly population: Population) {}

  /** Timelines of a credential spec and its own account, which changes are added to. */
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

  /** Timelines of a credential spec and any account. Only its own account is ever granted it. */
  truth(credspec: number, account: number): Truth {
    const own = this.of(credspec);
    if (account === accountOf(this.population, credspec)) return own;
    return { granted: new Timeline(false), contents: own.contents };
  }
}
