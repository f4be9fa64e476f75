/** What the help of a command shows, for pages that are made of it. */
import type { Command, Option } from "commander";

/** An option, as the help has it. */
export interface ShownOption {
  /** Such as `-n, --namespace <name>`. */
  term: string;
  description: string;
}

/** The commands below a command, but for `help`. */
export function shownCommands(command: Command): Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter(below => below.name() !== "help");
}

/** The options of a command, `--help` among them. */
export function shownOptions(command: Command): ShownOption[] {
  const help = command.createHelp();
  return help.visibleOptions(command).map((option: Option) => ({
    term: help.optionTerm(option),
    description: help.optionDescription(option),
  }));
}

/** A description, which begins small and has no full stop, as a sentence. */
export function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
