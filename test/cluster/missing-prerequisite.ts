/**
 * Something this machine lacks, as opposed to something that went wrong: its message says what
 * is missing and each way to get it. Callers show it without a stack trace.
 */
export class MissingPrerequisite extends Error {
  override readonly name = "MissingPrerequisite";
}
