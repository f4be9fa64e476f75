/** Writes the world and the rules' answers down, and has the Go program hold conditions against them. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { areBuilt, builtPrograms, type GoModule } from "../../testbed/programs/go-build";
import type { Log } from "../../testbed/process/log";
import { answerOf } from "./answers";
import { ALPHABETS, casesOf, type Slice } from "./world";

const run = promisify(execFile);

const enumeration: GoModule<"enumeration"> = {
  name: "enumeration",
  dir: __dirname,
  packages: { enumeration: "enumeration" },
  linkerFlags: "-s -w",
  takes: "about a minute on 2 cores",
};

/** Whether the program is in the cache already. */
export function isEnumerationBuilt(): boolean {
  return areBuilt(enumeration, ["enumeration"]);
}

/** Of so many cases one is written out, for the program to decode as a whole. */
const WITNESS_EVERY = 1009;

/** What the program prints; main.go describes it. */
export interface Report {
  cases: number;
  slices: Record<string, number>;
  witnesses: number;
  whole: number;
  violations: Record<string, number>;
  examples: Record<string, { slice: string; case: number; detail: string; object: unknown }>;
  costs?: { name: string; of1000: number; dearest: number; most: number }[];
  seconds: number;
}

/** A world with the rules' answers, in files. */
export class Proof {
  readonly #dir = mkdtempSync(join(tmpdir(), "gmsa-enumeration-"));
  /** What the rules could not answer: the first case of each slice. */
  readonly failures: string[] = [];

  private constructor(private readonly program: string) {}

  /** Asks the rules about every case of these slices. */
  static async of(slices: readonly Slice[], log: Log): Promise<Proof> {
    const dir = await builtPrograms(enumeration, ["enumeration"], { log });
    const proof = new Proof(join(dir, "enumeration"));
    const answered = slices.map(slice => proof.#answer(slice));
    const world = { alphabets: ALPHABETS, slices: answered.map(({ written }) => written) };
    writeFileSync(join(proof.#dir, "world.json"), JSON.stringify(world));
    writeFileSync(join(proof.#dir, "answers"), Buffer.concat(answered.map(({ bytes }) => bytes)));
    return proof;
  }

  /**
   * Holds the conditions of an installation against the answers.
   *
   * @param first end with the first slice that breaks something, and measure no cost.
   */
  async hold(manifest: string, { first = false } = {}): Promise<Report> {
    const file = join(this.#dir, "manifest.yaml");
    writeFileSync(file, manifest);
    const { stdout } = await run(
      this.program,
      [
        ...["-manifest", file, "-world", join(this.#dir, "world.json")],
        ...["-answers", join(this.#dir, "answers"), ...(first ? ["-first"] : [])],
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    return JSON.parse(stdout) as Report;
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #answer(slice: Slice): { written: object; bytes: Buffer } {
    const bytes: number[] = [];
    const witnesses: object[] = [];
    let failed = false;
    for (const each of casesOf(slice)) {
      if (bytes.length % WITNESS_EVERY === 0) witnesses.push({ case: bytes.length, ...each });
      try {
        bytes.push(answerOf(slice, each));
      } catch (error) {
        bytes.push(0);
        if (failed) continue;
        failed = true;
        this.failures.push(`${slice.name}: ${String(error)}: ${JSON.stringify(each)}`);
      }
    }
    return { written: { ...slice, witnesses }, bytes: Buffer.from(bytes) };
  }
}
