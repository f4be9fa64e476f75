import type { Ora } from "ora";

import { coloursFor } from "./colours";

const colours = coloursFor(process.stderr);

/**
 * Whether lines on stderr can be written over. A terminal of no width, as `script`, `expect` and
 * some CI systems give, cannot: ora would divide by it, and clear lines without end.
 */
function isScreen({ isTTY, columns }: NodeJS.WriteStream): boolean {
  return isTTY && columns > 0;
}

/**
 * Does one step, shows on stderr that it goes on, and says how long it took. What the step logs is
 * shown meanwhile; without a terminal, line by line.
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

/** Shows on stderr that something goes on, where that is a terminal; nothing is left of it then. */
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

/** It takes longer to load than many a command takes. */
async function spinnerFor(title: string): Promise<Ora> {
  const { default: ora } = await import("ora");
  return ora(title).start();
}
