/** What held when, as far as somebody outside of the API server can know. */

/** A span of time, in milliseconds since the epoch. */
export interface Span {
  start: number;
  end: number;
}

interface Held<State> {
  state: State;
  /** It cannot have held before. */
  from: number;
  /** It cannot have held afterwards. */
  until: number;
}

/**
 * The states of one thing, one after the other.
 *
 * A change takes effect at some moment between its being sent and its being seen. In between, both
 * states may be what an answer reflects.
 */
export class Timeline<State> {
  readonly #held: Held<State>[];
  #last: Held<State>;

  constructor(first: State) {
    this.#last = { state: first, from: -Infinity, until: Infinity };
    this.#held = [this.#last];
  }

  /** What it was last changed to. */
  get current(): State {
    return this.#last.state;
  }

  /**
   * Adds a change, which must be later than those before.
   *
   * @param span from the moment before it was sent to the moment when it was seen.
   */
  change(state: State, { start, end }: Span): void {
    this.#last.until = end;
    this.#last = { state, from: start, until: Infinity };
    this.#held.push(this.#last);
  }

  /**
   * How old an answer is that reflects such a state.
   *
   * @param during when the question was asked and answered.
   * @returns milliseconds before the start at which it held for the last time; 0 if it may have
   *   held during the span; Infinity if it has never held before its end.
   */
  age(wanted: (state: State) => boolean, during: Span): number {
    return this.#held
      .filter(({ state, from }) => wanted(state) && from <= during.end)
      .reduce((least, { until }) => Math.min(least, Math.max(0, during.start - until)), Infinity);
  }

  /** Whether it may have changed during the span. */
  changed({ start, end }: Span): boolean {
    return this.#held.filter(({ from, until }) => from <= end && until >= start).length > 1;
  }
}
