import { coloursFor, type Colours } from "./colours";

/** Where a command's words go. */
export interface Terminal {
  /** Results, on stdout. */
  print(text: string): void;
  /** What is no result, on stderr. */
  say(text: string): void;
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

/** This process's stdout and stderr. */
export function processTerminal(): Terminal {
  return {
    print: text => {
      process.stdout.write(`${text}\n`);
    },
    say: text => {
      process.stderr.write(`${text}\n`);
    },
    during: async (title, work) => {
      // Loaded only by commands that wait.
      const { withProgress } = await import("./progress");
      return withProgress(title, work);
    },
    whileReading: async (title, work) => {
      const { spinWhile } = await import("./progress");
      return spinWhile(title, work);
    },
    // Which the user chooses by an option, after this was made.
    get colours() {
      return coloursFor(process.stdout);
    },
  };
}
