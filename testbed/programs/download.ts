/**
 * Downloads a file with a known hash: resumes interrupted downloads, and discards a file that
 * differs.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";

/** Hash of a whole file, in hexadecimal digits, as its project publishes it. */
export type FileHash = { sha512: string } | { sha256: string };

/** What to download and where to store it. */
export interface Download {
  url: string;
  hash: FileHash;
  /** Path of the file once it is complete and verified; a partial file is next to it. */
  file: string;
}

/** Timeouts, in milliseconds. */
export interface DownloadLimits {
  /** Until the server answers. */
  connectMs: number;
  /** Between two chunks. */
  stallMs: number;
}

const LIMITS: DownloadLimits = { connectMs: 5_000, stallMs: 15_000 };
/** Maximum number of interrupted connections. */
const TRIES = 5;

/** @throws Error with one line about why the download failed */
export async function downloadFile(
  { url, hash, file }: Download,
  limits: DownloadLimits = LIMITS,
): Promise<void> {
  const part = `${file}.part`;
  for (let tries = 1; ; tries++) {
    try {
      await fetchRest(url, part, limits);
      break;
    } catch (error) {
      if (!(error instanceof BrokenOff) || tries === TRIES) throw inOneLine(url, error);
    }
  }
  const [algorithm, expected] =
    "sha512" in hash ? ["sha512", hash.sha512] : ["sha256", hash.sha256];
  const found = await hashOf(part, algorithm);
  if (found !== expected) {
    // Otherwise the next run would resume it and it would stay wrong.
    rmSync(part);
    throw new Error(
      `${url} is not the file that is expected: its ${algorithm.toUpperCase()} is ${found.slice(0, 12)}…`,
    );
  }
  renameSync(part, file);
}

/** A connection ended in the middle of the file; a new one may deliver the rest. */
class BrokenOff extends Error {}

async function fetchRest(url: string, part: string, limits: DownloadLimits): Promise<void> {
  const start = sizeOf(part);
  const watch = new StallWatch(limits.connectMs);
  try {
    const headers: Record<string, string> = start === 0 ? {} : { range: `bytes=${start}-` };
    const answer = await fetch(url, { headers, signal: watch.signal });
    watch.allow(limits.stallMs);
    // The partial file has at least the file's length.
    if (answer.status === 416) return;
    if (!answer.ok || answer.body === null) throw new Error(`HTTP ${answer.status}`);
    const isRest = answer.headers.get("content-range")?.startsWith(`bytes ${start}-`) === true;
    const pieces = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
    pieces.on("data", () => {
      watch.allow(limits.stallMs);
    });
    await write(pieces, part, isRest ? "a" : "w").catch((error: unknown) => {
      // Do not retry after a timeout: a silent server would be silent again.
      throw watch.signal.aborted
        ? watch.signal.reason
        : new BrokenOff("broke off", { cause: error });
    });
  } finally {
    watch.end();
  }
}

/** Also after an error, waits for the last write: the next try starts at the size of the file. */
async function write(pieces: Readable, file: string, flags: "a" | "w"): Promise<void> {
  const target = createWriteStream(file, { flags });
  const closed = new Promise<void>(resolve => {
    target.on("close", () => {
      resolve();
    });
  });
  try {
    await pipeline(pieces, target);
  } finally {
    await closed;
  }
}

/** Aborts a stalled request. */
class StallWatch {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number) {
    this.allow(milliseconds);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Restarts the timeout. */
  allow(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#controller.abort(new Error(`nothing came for ${milliseconds / 1000} s`));
    }, milliseconds);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

async function hashOf(file: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function inOneLine(url: string, error: unknown): Error {
  const { message, cause } = error as Error;
  const why = cause instanceof Error ? cause.message : message;
  return new Error(`${url}: ${why.split("\n")[0] ?? ""}`, { cause: error });
}
