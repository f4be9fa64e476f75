/** Compares the API server's decision in each case with the answers of the rules. */
import { asks, type Question } from "./answers";
import type { Cases } from "./cases";
import type { Slice } from "./world";

/** A decider: a webhook that receives the request, or a policy that refuses it. */
export interface Decider {
  name: string;
  /** The property that it must have, as a letter of docs/contributing/testing.md. */
  letter: "b" | "c" | "e";
  misses: Question;
  /** Whether it runs after the API server's own validation. */
  isLate: boolean;
  /** For Pods, which have a webhook of their own, the webhook for workloads only warns. */
  onlyWarns: boolean;
}

/** The questions that decide whether a webhook or a policy applies. */
export function deciderOf(name: string, kind: string): Decider {
  const onlyWarns = kind === "Pod" && name.startsWith("workloads.");
  if (name.endsWith("(mutating)")) {
    return { name, letter: "c", misses: "mutates", isLate: false, onlyWarns };
  }
  const letter = name.endsWith("(validating)") ? "b" : "e";
  return { name, letter, misses: "validates", isLate: true, onlyWarns };
}

/** Findings in the cases of one slice. */
export interface Findings {
  /** Number of questions to the rules. */
  asked: number;
  /** Counts and first examples, by letter and name. */
  violations: Map<string, { count: number; example: string }>;
}

/**
 * Asks the rules about each case that a decider does not receive or refuse, because only there they
 * may disagree. Also asks about a sample of the others, because a decider should only receive
 * relevant requests.
 */
export class Judge {
  readonly #findings: Findings = { asked: 0, violations: new Map() };

  constructor(
    private readonly slice: Slice,
    private readonly cases: Cases,
    private readonly deciders: readonly Decider[],
    private readonly sampleEvery: number,
  ) {}

  /** @param verdicts one byte per case, with one bit per decider. */
  judge(verdicts: Uint8Array): Findings {
    const all = this.deciders.reduce(
      (bits, each, bit) => bits | (Number(!each.onlyWarns) << bit),
      0,
    );
    for (let index = 0; index < verdicts.length; index++) {
      const verdict = verdicts[index] ?? 0;
      if (verdict !== 0 && !this.cases.hasGmsa(index)) this.#nothingThere(verdict, index);
      if ((verdict & all) !== all || this.#isSampled(index)) this.#ask(verdict, index);
    }
    return this.#findings;
  }

  #isSampled(index: number): boolean {
    return index % this.sampleEvery === 0;
  }

  #nothingThere(verdict: number, index: number): void {
    this.deciders.forEach(({ name }, bit) => {
      if (isSet(verdict, bit)) this.#violated("d", name, index, "there is no GMSA in it");
    });
  }

  #ask(verdict: number, index: number): void {
    const { slice, cases, deciders } = this;
    try {
      this.#findings.asked++;
      if (this.#isSampled(index) && this.#answer("hasGmsa", index) !== cases.hasGmsa(index)) {
        throw new Error("there is GMSA in it and not in its letters, or the other way round");
      }
      deciders.forEach((decider, bit) => {
        if (!decider.isLate || slice.refusedBefore !== true) {
          this.#hold(decider, isSet(verdict, bit), index);
        }
      });
      const isShown = deciders.some(({ letter }, bit) => letter === "b" && isSet(verdict, bit));
      if (!isShown && slice.refusedBefore !== true && this.#answer("warns", index)) {
        this.#violated("b", "warnings", index, "the rules warn of it");
      }
    } catch (error) {
      this.#violated("rules", "fail", index, String(error));
    }
  }

  #answer(question: Question, index: number): boolean {
    return asks[question](this.slice, this.cases.at(index), this.#isSampled(index));
  }

  #hold({ name, letter, misses, onlyWarns }: Decider, yes: boolean, index: number): void {
    const { slice } = this;
    if (!yes && !onlyWarns && this.#answer(misses, index)) {
      this.#violated(letter, name, index, "the rules look at it");
    }
    if (!yes || !slice.exact || !this.#isSampled(index)) return;
    if (!this.#answer(misses, index) && !this.#answer("warns", index)) {
      this.#violated("d", name, index, "there is nothing to look at");
    }
  }

  #violated(letter: string, name: string, index: number, detail: string): void {
    const key = `${letter} ${name}`;
    const known = this.#findings.violations.get(key);
    if (known !== undefined) {
      known.count++;
      return;
    }
    const { object, oldObject } = this.cases.at(index);
    const example = `${this.slice.name}, case ${index}: ${detail}: ${JSON.stringify({ object, oldObject })}`;
    this.#findings.violations.set(key, { count: 1, example });
  }
}

function isSet(verdict: number, bit: number): boolean {
  return (verdict & (1 << bit)) !== 0;
}
