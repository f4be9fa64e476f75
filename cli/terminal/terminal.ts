import { coloursFor, type Colours } from "./colours";

/** Where a command's words go. */
export interface Terminal {
  /** Results, on stdout. */
  print(text: string): void;
  /** A part of a result, without an end of line. */
  write(text: string): void;
  /** Warnings and errors, on stderr. */
  say(text: string): void;
  /** What is good to know, on stderr; left out with --quiet. */
  note(text: string): void;
  /** Shows on stderr that something goes on, for as long as it does, and how long it took. */
  during<Result>(
    title: string,
    work: (detail: (line: string) => void) => Promise<Result>,
  ): Promise<Result>;
  /** The same for what people wait for and scripts do not: on a terminal only, and then it is gone. */
  whileReading<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  /** Colours of what is printed; none where stdout is no terminal. */
  readonly colours: Colours;
}

/** What the user has chosen, once for the process. */
let isQuiet = false;

/** Leaves out notes and progress from here on. */
export function chooseQuiet(quiet: boolean): void {
  isQuiet = quiet;
}

/** This process's stdout and stderr. */
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
    // Which the user chooses by an option, after this was made.
    get colours() {
      return coloursFor(process.stdout);
    },
  };
}
