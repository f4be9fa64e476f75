/** Which state held when, as far as a client of the API server can observe it. */

/** A span of time, in milliseconds since the epoch. */
export interface Span {
  start: number;
  end: number;
}

interface Held<State> {
  state: State;
  /** The state cannot have held before this time. */
  from: number;
  /** The state cannot have held after this time. */
  until: number;
}

/**
 * The successive states of one object.
 *
 * A change takes effect at some time between being sent and being seen. In between, an answer may
 * reflect either state.
 */
export class Timeline<State> {
  readonly #held: Held<State>[];
  #last: Held<State>;
  #isSettled = true;

  constructor(first: State) {
    this.#last = { state: first, from: -Infinity, until: Infinity };
    this.#held = [this.#last];
  }

  /** The state after the last change. */
  get current(): State {
    return this.#last.state;
  }

  /** Whether the effect of every change is known. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /**
   * Adds a change, which must be later than all previous ones.
   *
   * @param span from the time before it was sent to the time when it was seen.
   */
  change(state: State, { start, end }: Span): void {
    this.begin(state, start)(end);
  }

  /**
   * Adds a change that was sent and not seen yet. Until it is seen, either state may hold.
   *
   * @param start the time before it was sent.
   * @returns a function to call with the time when it was seen. If it is never called, the effect of
   *   the change stays unknown, and no other change may follow.
   */
  begin(state: State, start: number): (end: number) => void {
    const previous = this.#last;
    this.#last = { state, from: start, until: Infinity };
    this.#held.push(this.#last);
    this.#isSettled = false;
    return end => {
      previous.until = end;
      this.#isSettled = true;
    };
  }

  /**
   * How old an answer is that reflects such a state.
   *
   * @param during when the question was asked and answered.
   * @returns milliseconds before the start at which the state last held; 0 if it may have held
   *   during the span; Infinity if it has never held before the end of the span.
   */
  age(wanted: (state: State) => boolean, during: Span): number {
    return this.#held
      .filter(({ state, from }) => wanted(state) && from <= during.end)
      .reduce((least, { until }) => Math.min(least, Math.max(0, during.start - until)), Infinity);
  }

  /** Whether the state may have changed during the span. */
  changed({ start, end }: Span): boolean {
    return this.#held.filter(({ from, until }) => from <= end && until >= start).length > 1;
  }
}
