/** Prompts for confirmation on a terminal before something is changed. */
import { EXIT, Failure } from "./failure";

/**
 * Checks that there is a terminal to prompt on.
 *
 * @param what the option that prompts, such as `--repair`.
 * @throws Failure if stdin is not a terminal.
 */
export function requireTerminal(what: string): void {
  if (!process.stdin.isTTY) {
    throw new Failure(
      `${what} prompts before it changes anything, but there is no terminal to prompt on`,
      "Add --yes to run it without a prompt.",
      EXIT.usage,
    );
  }
}

/** Prompts on stderr. Every answer but yes means no. */
export async function confirmed(question: string): Promise<boolean> {
  const { default: prompts } = await import("prompts");
  const answers = await prompts<"yes">({
    type: "confirm",
    name: "yes",
    message: question,
    initial: false,
    stdout: process.stderr,
  });
  return answers.yes === true;
}
