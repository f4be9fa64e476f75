/** Runs the built command line tool on a terminal, as whoever types sees it. */
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { GMSA } from "../support/gmsa-program";

/** How long to wait for a text, or for the end. */
const DEADLINE_MS = 10_000;

export const CTRL_C = "\x03";
const ENTER = "\r";
const BACKSPACE = "\x7f";
const DOWN = "\x1b[B";

/**
 * Whether there is what gives a program a terminal: `script` of util-linux, which Linux distributions
 * install by default.
 */
export function hasPseudoTerminal(): boolean {
  const { status, stdout } = spawnSync("script", ["--version"], { encoding: "utf8" });
  return status === 0 && stdout.includes("util-linux");
}

/** `gmsa` with stdin and stderr on a terminal, and stdout in a file. */
export class GmsaOnTerminal {
  readonly #folder = mkdtempSync(join(tmpdir(), "gmsa-terminal-"));
  readonly #stdout = join(this.#folder, "stdout");
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number>;
  #screen = "";
  /** Up to where the screen was looked at. */
  #seen = 0;
  #changed: () => void = () => undefined;

  /** @param columns width of the terminal; wide enough for each question to be on one line. */
  constructor(args: readonly string[], { columns = 250 }: { columns?: number } = {}) {
    const command = [process.execPath, GMSA, ...args].map(shellWord).join(" ");
    const line = `stty cols ${columns} rows 50; exec ${command} > ${shellWord(this.#stdout)}`;
    this.#child = spawn("script", ["-qfec", line, "/dev/null"], {
      env: { ...process.env, SHELL: "/bin/sh", TERM: "xterm", NO_COLOR: "1" },
    });
    this.#child.stdin.on("error", () => undefined);
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#screen += text;
      this.#changed();
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", code => {
        resolve(code ?? -1);
        this.#changed();
      });
    });
  }

  /** Types an answer, and Enter, once a question is there. */
  async answer(question: string, text = ""): Promise<void> {
    await this.see(question);
    this.type(text + ENTER);
  }

  /** Goes down in a list by so many entries, and takes that one. */
  async choose(question: string, down: number): Promise<void> {
    await this.see(question);
    this.type(DOWN.repeat(down) + ENTER);
  }

  /** Deletes what was typed, and gives another answer. */
  correct(wrong: string, right: string): void {
    this.type(BACKSPACE.repeat(wrong.length) + right + ENTER);
  }

  /** Types keys. What is on the screen until now counts as seen. */
  type(keys: string): void {
    this.#seen = this.#screen.length;
    this.#child.stdin.write(keys);
  }

  /** Waits until a text is there that was not when something was typed last. */
  async see(text: string): Promise<void> {
    await this.#before(`nobody said: ${text}`, async () => {
      while (!stripVTControlCharacters(this.#screen.slice(this.#seen)).includes(text)) {
        if (this.#child.exitCode !== null) {
          throw new Error(`it ended without having said: ${text}\n${this.screen}`);
        }
        await new Promise<void>(resolve => (this.#changed = resolve));
      }
    });
  }

  /** Waits for its end. */
  end(): Promise<{ code: number; stdout: string; screen: string }> {
    return this.#before("it did not end", async () => {
      const code = await this.#ended;
      return { code, stdout: readFileSync(this.#stdout, "utf8"), screen: this.screen };
    });
  }

  /** All that was said on the terminal. */
  get screen(): string {
    return stripVTControlCharacters(this.#screen);
  }

  /** Ends it, if it still runs: without its terminal, `gmsa` gets SIGHUP. */
  async close(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
    rmSync(this.#folder, { recursive: true });
  }

  async #before<Value>(complaint: string, done: () => Promise<Value>): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`${complaint}\n${this.screen}`));
      }, DEADLINE_MS);
    });
    try {
      return await Promise.race([done(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
