import type { UsablePair } from "../pki/key-pair";
import type { PairFiles } from "./mounted-files";

/** Interval between two checks of the files, in milliseconds. */
export const POLL_MS = 10_000;
/**
 * Milliseconds to wait before a new pair is served. If a user replaces the Secret with a certificate of
 * another CA, the webhook configurations must trust the new CA first. With this and POLL_MS, a change is
 * served 40 seconds after the kubelet wrote it.
 */
export const SETTLE_MS = 20_000;

/** The result of a check of the files. */
export type Look =
  | { change: "none" }
  | { change: "pair"; pair: UsablePair }
  /** Reported once for the same files. The previous pair is still served. */
  | { change: "unusable"; why: string };

/** Decides which pair to serve, from successive versions of the files. */
export class CertificateReload {
  readonly #check: (files: PairFiles) => Promise<UsablePair>;
  #served: PairFiles;
  #candidate: { files: PairFiles; since: number; told: boolean } | undefined;

  /**
   * @param served the pair that is served at the start.
   * @param check rejects, with the reason, if a pair cannot be served.
   */
  constructor(served: PairFiles, check: (files: PairFiles) => Promise<UsablePair>) {
    this.#served = served;
    this.#check = check;
  }

  /** @param now the time in milliseconds, of a monotonic clock. */
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

/** If only the CA changes, the pair is checked again. */
function sameFiles(left: PairFiles, right: PairFiles): boolean {
  return samePair(left, right) && left.ca === right.ca;
}
