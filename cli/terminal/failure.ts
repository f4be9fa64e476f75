/** Exit codes of all commands. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** An error for the user, with a remedy. Every other error is a bug. */
export class Failure extends Error {
  override readonly name = "Failure";

  /**
   * @param remedy what to do, as a sentence; empty if the message is enough.
   * @param options.cause the original error.
   */
  constructor(
    message: string,
    readonly remedy = "",
    readonly exitCode: number = EXIT.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
