/** Holds what the API server decides in each case against what the rules answer. */
import { asks, type Question } from "./answers";
import type { Cases } from "./cases";
import type { Slice } from "./world";

/** What decides: a webhook that is shown the request, or a policy that refuses it. */
export interface Decider {
  name: string;
  /** What it must not miss, with the letter of docs/contributing/testing.md. */
  letter: "b" | "c" | "e";
  misses: Question;
  /** Asked after the API server's own validation. */
  isLate: boolean;
  /** Where there is a webhook for the Pod itself, the one for workloads only warns. */
  onlyWarns: boolean;
}

/** Which questions decide whether a webhook or a policy has something to look at. */
export function deciderOf(name: string, kind: string): Decider {
  const onlyWarns = kind === "Pod" && name.startsWith("workloads.");
  if (name.endsWith("(mutating)")) {
    return { name, letter: "c", misses: "mutates", isLate: false, onlyWarns };
  }
  const letter = name.endsWith("(validating)") ? "b" : "e";
  return { name, letter, misses: "validates", isLate: true, onlyWarns };
}

/** What was found in cases of one slice. */
export interface Findings {
  /** How often the rules were asked. */
  asked: number;
  /** Counts and first examples, by letter and name. */
  violations: Map<string, { count: number; example: string }>;
}

/**
 * The rules are asked about each case that something is not shown or not refused, since only there they
 * may object; and about one of so many others, since what is shown should have something to look at.
 */
export class Judge {
  readonly #findings: Findings = { asked: 0, violations: new Map() };

  constructor(
    private readonly slice: Slice,
    private readonly cases: Cases,
    private readonly deciders: readonly Decider[],
    private readonly sampleEvery: number,
  ) {}

  /** @param verdicts one byte for each case, one bit for each that decides. */
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
