/** The content of a command's help, for pages that are generated from it. */
import type { Command, Option } from "commander";

import { capitalised } from "../../rules/text";

/** An option, as the help shows it. */
export interface ShownOption {
  /** Such as `-n, --namespace <name>`. */
  term: string;
  description: string;
}

/** The subcommands of a command, except `help`. */
export function shownCommands(command: Command): Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter(below => below.name() !== "help");
}

/** The options of a command, including `--help`. */
export function shownOptions(command: Command): ShownOption[] {
  const help = command.createHelp();
  return help.visibleOptions(command).map((option: Option) => ({
    term: help.optionTerm(option),
    description: help.optionDescription(option),
  }));
}

/** Turns a description, which starts in lower case and has no full stop, into a sentence. */
export function asSentence(text: string): string {
  return `${capitalised(text)}${text.endsWith(".") ? "" : "."}`;
}
