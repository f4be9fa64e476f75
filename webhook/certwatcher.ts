import type { UsablePair } from "../pki/key-pair";
import type { PairFiles } from "./mounted-files";

/** Milliseconds between two looks at the files. */
export const POLL_MS = 10_000;
/**
 * Milliseconds that a new pair lies there before it is served. Whoever replaces a Secret with a
 * certificate of another CA changes two things, and the webhook configurations have to trust the
 * new CA first; with this and POLL_MS a change is served 40 seconds after the kubelet wrote it.
 */
export const SETTLE_MS = 20_000;

/** What became of a look at the files. */
export type Look =
  | { change: "none" }
  | { change: "pair"; pair: UsablePair }
  /** Told once for the same files; the pair in use goes on being served. */
  | { change: "unusable"; why: string };

/** Decides which pair is served, from what is seen in the files over time. */
export class CertificateReload {
  readonly #check: (files: PairFiles) => Promise<UsablePair>;
  #served: PairFiles;
  #candidate: { files: PairFiles; since: number; told: boolean } | undefined;

  /**
   * @param served what is being served since the start.
   * @param check rejects, with the reason, what cannot be served.
   */
  constructor(served: PairFiles, check: (files: PairFiles) => Promise<UsablePair>) {
    this.#served = served;
    this.#check = check;
  }

  /** @param now milliseconds, of any clock that does not jump. */
  async look(files: PairFiles, now: number): Promise<Look> {
    if (samePair(files, this.#served)) {
      this.#candidate = undefined;
      return { change: "none" };
    }
    if (this.#candidate === undefined || !sameFiles(files, this.#candidate.files)) {
      this.#candidate = { files, since: now, told: false };
    }
    return this.#consider(this.#candidate, now);
  }

  async #consider(
    candidate: { files: PairFiles; since: number; told: boolean },
    now: number,
  ): Promise<Look> {
    if (now - candidate.since < SETTLE_MS) return { change: "none" };
    try {
      const pair = await this.#check(candidate.files);
      this.#served = candidate.files;
      this.#candidate = undefined;
      return { change: "pair", pair };
    } catch (error) {
      if (candidate.told) return { change: "none" };
      candidate.told = true;
      return { change: "unusable", why: (error as Error).message };
    }
  }
}

function samePair(left: PairFiles, right: PairFiles): boolean {
  return left.certificate === right.certificate && left.key === right.key;
}

/** The same pair with another CA is looked at again. */
function sameFiles(left: PairFiles, right: PairFiles): boolean {
  return samePair(left, right) && left.ca === right.ca;
}
