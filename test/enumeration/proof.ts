/** Lets the Go program decide every case of a world, and the rules judge the decisions. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { areBuilt, builtPrograms, type GoModule } from "../../testbed/programs/go-build";
import type { Log } from "../../testbed/process/log";
import { Cases } from "./cases";
import { deciderOf, Judge } from "./judge";
import { ALPHABETS } from "./letters";
import type { Slice } from "./world";

const run = promisify(execFile);

const enumeration: GoModule<"enumeration"> = {
  name: "enumeration",
  dir: __dirname,
  packages: { enumeration: "enumeration" },
  linkerFlags: "-s -w",
  takes: "about a minute on 2 cores",
};

/** Whether the program is in the cache. */
export function isEnumerationBuilt(): boolean {
  return areBuilt(enumeration, ["enumeration"]);
}

/** One in this many cases is written in full, for the program to decode as a whole object. */
const WITNESS_EVERY = 1009;

/** The program's output; main.go describes it. */
interface Decisions {
  slices: { name: string; cases: number; whole: number; deciders: string[] }[];
  evaluated: number;
  witnesses: number;
  violations: Record<string, number>;
  examples: Record<string, { slice: string; case: number; detail: string; object: unknown }>;
  costs?: Cost[];
  seconds: number;
}

/**
 * The cost of a webhook's conditions, or of a policy, for the most expensive Pod of 1,000
 * containers.
 */
export interface Cost {
  name: string;
  of1000: number;
  dearest: number;
  /** Largest tested number of containers within the limits. */
  most: number;
}

/** How thorough the check is. */
export interface Thoroughness {
  /** One in this many cases also runs through the API server's whole matchers. */
  wholeEvery: number;
  /** About one in this many cases that all deciders receive is also given to the rules. */
  sampleEvery: number;
  /** Whether to test large Pods. */
  costs?: boolean;
}

/** The result for a world. */
export interface Report {
  cases: number;
  slices: { name: string; cases: number; asked: number }[];
  /**
   * Number of evaluated parts of conditions, of decoded whole objects, and of cases decided by the
   * API server's matchers.
   */
  evaluated: number;
  witnesses: number;
  whole: number;
  /** The first case of each kind of violation, as text. */
  violations: Record<string, string>;
  costs: Cost[];
  seconds: { conditions: number; rules: number };
}

/** A world in a file, for the program. */
export class Proof {
  readonly #dir = mkdtempSync(join(tmpdir(), "gmsa-enumeration-"));
  readonly #cases: readonly Cases[];

  private constructor(
    private readonly program: string,
    private readonly slices: readonly Slice[],
  ) {
    this.#cases = slices.map(slice => new Cases(slice));
    const written = slices.map((slice, index) => ({
      ...slice,
      witnesses: witnessesOf(this.#casesOf(index)),
    }));
    writeFileSync(
      join(this.#dir, "world.json"),
      JSON.stringify({ alphabets: ALPHABETS, slices: written }),
    );
  }

  static async of(slices: readonly Slice[], log: Log): Promise<Proof> {
    const dir = await builtPrograms(enumeration, ["enumeration"], { log });
    return new Proof(join(dir, "enumeration"), slices);
  }

  /** Checks the conditions of an installation against the rules. */
  async hold(manifest: string, thoroughness: Thoroughness): Promise<Report> {
    const decisions = await this.#decide(manifest, thoroughness);
    const started = performance.now();
    const { violations, slices } = this.#judge(decisions, thoroughness.sampleEvery);
    for (const [what, { slice, case: index, detail, object }] of Object.entries(
      decisions.examples,
    )) {
      violations[what] = `${slice}, case ${index}: ${detail}: ${JSON.stringify(object)}`;
    }
    const { evaluated, witnesses, costs = [], seconds } = decisions;
    return {
      ...{ slices, evaluated, witnesses, costs, violations },
      cases: decisions.slices.reduce((sum, { cases }) => sum + cases, 0),
      whole: decisions.slices.reduce((sum, { whole }) => sum + whole, 0),
      seconds: { conditions: seconds, rules: (performance.now() - started) / 1000 },
    };
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #casesOf(index: number): Cases {
    const cases = this.#cases[index];
    if (cases === undefined) throw new Error(`there is no slice ${index}`);
    return cases;
  }

  async #decide(manifest: string, { wholeEvery, costs }: Thoroughness): Promise<Decisions> {
    const file = join(this.#dir, "manifest.yaml");
    writeFileSync(file, manifest);
    const { stdout } = await run(
      this.program,
      [
        ...["-manifest", file, "-world", join(this.#dir, "world.json")],
        ...["-verdicts", join(this.#dir, "verdicts"), "-whole-every", String(wholeEvery)],
        ...(costs === true ? ["-costs"] : []),
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    return JSON.parse(stdout) as Decisions;
  }

  #judge({ slices }: Decisions, sampleEvery: number): Pick<Report, "violations" | "slices"> {
    const verdicts = readFileSync(join(this.#dir, "verdicts"));
    const violations: Report["violations"] = {};
    let from = 0;
    const judged = slices.map(({ name, cases, deciders }, index) => {
      const slice = this.slices[index];
      if (slice?.name !== name || this.#casesOf(index).count !== cases) {
        throw new Error(`the program has ${cases} cases of ${name}`);
      }
      const judge = new Judge(
        slice,
        this.#casesOf(index),
        deciders.map(each => deciderOf(each, slice.kind)),
        sampleEvery,
      );
      const findings = judge.judge(verdicts.subarray(from, from + cases));
      from += cases;
      for (const [what, { count, example }] of findings.violations) {
        violations[what] ??= `${count} cases; ${example}`;
      }
      return { name, cases, asked: findings.asked };
    });
    return { violations, slices: judged };
  }
}

function witnessesOf(cases: Cases): object[] {
  const count = Math.ceil(cases.count / WITNESS_EVERY);
  return Array.from({ length: count }, (_, index) => ({
    case: index * WITNESS_EVERY,
    ...cases.at(index * WITNESS_EVERY),
  }));
}
