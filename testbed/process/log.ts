/** Receives one line of progress, without a line end. */
export type Log = (line: string) => void;

/** A log that discards all lines. */
export const silent: Log = () => undefined;

/** The text of any thrown value. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Waits for `milliseconds`. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

/**
 * A prerequisite that this machine lacks, as opposed to a failure. The message lists what is
 * missing and each way to get it. Callers print it without a stack trace.
 */
export class MissingPrerequisite extends Error {
  override readonly name = "MissingPrerequisite";
}
