/** Asks on a terminal before something is changed. */
import { EXIT, Failure } from "./failure";

/**
 * Whether there is somebody to ask.
 *
 * @param what the option that asks, such as `--repair`.
 * @throws Failure if there is not.
 */
export function requireTerminal(what: string): void {
  if (!process.stdin.isTTY) {
    throw new Failure(
      `${what} prompts before it changes anything, and there is no terminal to prompt on`,
      "Add --yes to do it without a prompt.",
      EXIT.usage,
    );
  }
}

/** Asks on stderr; no, unless somebody says yes. */
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
