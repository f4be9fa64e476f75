/** Exit codes of every command. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Something that the user is told in words, and what to do about it. Anything else is a bug. */
export class Failure extends Error {
  override readonly name = "Failure";

  /**
   * @param remedy what to do, as a sentence; empty if the message says it all.
   * @param options.cause what was thrown in the first place.
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
