/** Runs the built command line tool on a terminal, as an interactive user sees it. */
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { GMSA } from "../support/gmsa-program";

/** Milliseconds to wait for a text, or for the end. */
const DEADLINE_MS = 10_000;

export const CTRL_C = "\x03";
const ENTER = "\r";
const BACKSPACE = "\x7f";
const DOWN = "\x1b[B";

/**
 * Whether `script` of util-linux is available, which runs a program on a terminal and which Linux
 * distributions install by default.
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
  /** Length of the screen text that has been read. */
  #seen = 0;
  #changed: () => void = () => undefined;

  /**
   * @param columns width of the terminal; wide enough for each prompt to be on one line.
   * @param through a program that runs `gmsa`, with its arguments.
   */
  constructor(
    args: readonly string[],
    { columns = 250, through = [] }: { columns?: number; through?: readonly string[] } = {},
  ) {
    const command = [...through, process.execPath, GMSA, ...args].map(shellWord).join(" ");
    // With exec, the command would lead the session, and could not go to the background.
    const run = through.length === 0 ? `exec ${command}` : command;
    const line = `stty cols ${columns} rows 50; ${run} > ${shellWord(this.#stdout)}; exit $?`;
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

  /** Waits for a prompt, then types an answer and Enter. */
  async answer(question: string, text = ""): Promise<void> {
    await this.see(question);
    this.type(text + ENTER);
  }

  /** Moves down by this many entries in a list, and selects the entry. */
  async choose(question: string, down: number): Promise<void> {
    await this.see(question);
    this.type(DOWN.repeat(down) + ENTER);
  }

  /** Deletes the typed text, and types another answer. */
  correct(wrong: string, right: string): void {
    this.type(BACKSPACE.repeat(wrong.length) + right + ENTER);
  }

  /** Types keys, and marks the current screen as read. */
  type(keys: string): void {
    this.#seen = this.#screen.length;
    this.#child.stdin.write(keys);
  }

  /** Waits until a text appears that was not there at the last typing. */
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

  /** Waits until the program exits. */
  end(): Promise<{ code: number; stdout: string; screen: string }> {
    return this.#before("it did not end", async () => {
      const code = await this.#ended;
      return { code, stdout: readFileSync(this.#stdout, "utf8"), screen: this.screen };
    });
  }

  /** The whole text of the terminal. */
  get screen(): string {
    return stripVTControlCharacters(this.#screen);
  }

  /** Ends the program if it is still running: without its terminal, `gmsa` gets SIGHUP. */
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
