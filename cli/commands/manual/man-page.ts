/** Pure: generates the man page of a program from its commands' help. */
import type { Command } from "commander";
import type { EventEmitter } from "node:events";

import { asSentence, shownCommands, shownOptions } from "../../terminal/command-help";
import { asItIs, entry, escaped, quoted, section, subsection } from "./roff";

const HELP = "-h, --help";

/**
 * The complete page, gmsa(1).
 *
 * @param program with all its commands.
 */
export function manualPage(program: Command, version: string): string {
  const commands = shownCommands(program);
  return [
    `.TH GMSA 1 "" ${quoted(`gmsa ${version}`)} "GMSA for Kubernetes"`,
    section("NAME"),
    `gmsa \\- ${escaped(program.summary())}`,
    section("SYNOPSIS"),
    ...[".B gmsa", "[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]", ".br"],
    ...[".B kubectl gmsa", "[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]"],
    section("OPTIONS OF ALL COMMANDS"),
    ...optionsOf(program),
    section("COMMANDS"),
    ...commands.flatMap(command => aboutCommand(command, nameWithin(program, command))),
    section("EXIT STATUS"),
    asItIs(afterHelp(program)),
    section("SEE ALSO"),
    "\\fBkubectl\\fR(1); \\fBgmsa explain\\fR prints the pages of the documentation.",
    "",
  ].join("\n");
}

function aboutCommand(command: Command, name: string): string[] {
  const usage = [name, command.usage()].join(" ").trim();
  const text = afterHelp(command);
  return [
    subsection(usage),
    escaped(asSentence(command.description())),
    ...command.registeredArguments
      .filter(({ description }) => description !== "")
      .map(argument => entry(argument.name(), argument.description)),
    ...optionsOf(command),
    ...(text === "" ? [] : [asItIs(text)]),
    ...shownCommands(command).flatMap(below => aboutCommand(below, `${name} ${below.name()}`)),
  ];
}

function nameWithin(program: Command, command: Command): string {
  return `${program.name()} ${command.name()}`;
}

function optionsOf(command: Command): string[] {
  return shownOptions(command)
    .filter(({ term }) => term !== HELP)
    .map(({ term, description }) => entry(term, description));
}

/** The text that a command adds after its help. */
function afterHelp(command: Command): string {
  let text = "";
  const write = (more: string): void => {
    text += more;
  };
  // commander passes the text of addHelpText with this event.
  (command as Command & EventEmitter).emit("afterHelp", { error: false, command, write });
  return text.trim();
}
