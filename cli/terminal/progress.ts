import type { Ora } from "ora";

import { coloursFor } from "./colours";

const colours = coloursFor(process.stderr);

/**
 * Whether lines on stderr can be overwritten. A terminal of width 0, as in `script`, `expect` and some CI
 * systems, cannot: ora would divide by its width and clear lines without end.
 */
function isScreen({ isTTY, columns }: NodeJS.WriteStream): boolean {
  return isTTY && columns > 0;
}

/**
 * Runs one step, shows its progress on stderr, and prints how long it took. Meanwhile it shows what the step
 * logs; without a terminal, line by line.
 */
export async function withProgress<Result>(
  title: string,
  work: (log: (line: string) => void) => Promise<Result>,
): Promise<Result> {
  const started = Date.now();
  const took = (): string => colours.dim(`${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (!isScreen(process.stderr)) {
    const result = await work(line => {
      console.error(`  ${line}`);
    });
    console.error(`${title}: ${took()}`);
    return result;
  }
  const spinner = await spinnerFor(title);
  let detail = "";
  const tick = setInterval(() => {
    spinner.text = `${title} ${took()}${detail}`;
  }, 100);
  try {
    const result = await work(line => {
      detail = colours.dim(` ${line}`);
    });
    clearInterval(tick);
    spinner.succeed(`${title} ${took()}`);
    return result;
  } catch (error) {
    clearInterval(tick);
    spinner.fail(title);
    throw error;
  }
}

/** Shows a spinner while the work runs, if stderr is a terminal, and removes it at the end. */
export async function spinWhile<Result>(
  title: string,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!isScreen(process.stderr)) return work();
  const spinner = await spinnerFor(title);
  try {
    return await work();
  } finally {
    spinner.stop();
  }
}

/**
 * Loads ora on demand, because it takes longer to load than many commands take to run. It leaves the terminal's
 * settings alone: the kernel stops a process that changes them from the background, as in `gmsa status &` or
 * below timeout(1).
 */
async function spinnerFor(title: string): Promise<Ora> {
  const { default: ora } = await import("ora");
  return ora({ text: title, discardStdin: false }).start();
}
