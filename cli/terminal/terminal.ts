import { coloursFor, type Colours } from "./colours";

/** Where a command writes its output. */
export interface Terminal {
  /** Results, on stdout. */
  print(text: string): void;
  /** A part of a result, without a newline. */
  write(text: string): void;
  /** Warnings and errors, on stderr. */
  say(text: string): void;
  /** Notes, on stderr; omitted with --quiet. */
  note(text: string): void;
  /** Shows progress on stderr while the work runs, and then how long it took. */
  during<Result>(
    title: string,
    work: (detail: (line: string) => void) => Promise<Result>,
  ): Promise<Result>;
  /**
   * Shows a spinner while the work runs. Only for people: nothing is shown without a terminal, and nothing
   * remains at the end.
   */
  whileReading<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  /** Colours for stdout. Off if stdout is not a terminal. */
  readonly colours: Colours;
}

/** The user's choice, kept for the whole process. */
let isQuiet = false;

/** Omits all later notes and progress. */
export function chooseQuiet(quiet: boolean): void {
  isQuiet = quiet;
}

/** Writes to this process's stdout and stderr. */
export function processTerminal(): Terminal {
  return {
    print: text => {
      process.stdout.write(`${text}\n`);
    },
    write: text => {
      process.stdout.write(text);
    },
    say: text => {
      process.stderr.write(`${text}\n`);
    },
    note: text => {
      if (!isQuiet) process.stderr.write(`${text}\n`);
    },
    during: async (title, work) => {
      if (isQuiet) return work(() => undefined);
      // Loaded only by commands that wait.
      const { withProgress } = await import("./progress");
      return withProgress(title, work);
    },
    whileReading: async (title, work) => {
      if (isQuiet) return work();
      const { spinWhile } = await import("./progress");
      return spinWhile(title, work);
    },
    // A getter, because the user's --color option is parsed after this object is created.
    get colours() {
      return coloursFor(process.stdout);
    },
  };
}
