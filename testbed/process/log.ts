/** Receives one line of progress, without a line end. */
export type Log = (line: string) => void;

/** A log that keeps quiet. */
export const silent: Log = () => undefined;

/** The text of anything that was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Waits for `milliseconds`. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

/**
 * Something this machine lacks, as opposed to something that went wrong: its message says what
 * is missing and each way to get it. Callers show it without a stack trace.
 */
export class MissingPrerequisite extends Error {
  override readonly name = "MissingPrerequisite";
}
