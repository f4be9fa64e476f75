/** Generates the Markdown reference of commands and options from their help. */
import type { Command } from "commander";

import { markdownTable } from "./markdown-table";
import { asSentence, shownCommands, shownOptions } from "../../../cli/terminal/command-help";

const INTRODUCTION = `# Commands and options of \`gmsa\`

For whoever writes a command line or a script. This page is what \`gmsa --help\` and the help of each command
print, made by \`npm run docs\`. [cli.md](cli.md) shows every command at work.`;

/** @param program all commands, as cli/program.ts creates them. */
export function commandsPage(program: Command): string {
  const parts = [
    INTRODUCTION,
    "## Options of every command",
    optionTable(program),
    ...shownCommands(program).flatMap(command => section(command, program.name())),
  ];
  return `${parts.join("\n\n")}\n`;
}

function section(command: Command, above: string): string[] {
  const name = `${above} ${command.name()}`;
  const below = shownCommands(command);
  return [
    `## \`${name}\``,
    asSentence(command.description()),
    `\`\`\`text\n${name} ${command.usage()}\n\`\`\``,
    ...argumentTable(command),
    ...(shownOptions(command).length > 0 ? [optionTable(command)] : []),
    ...below.flatMap(each => section(each, name)),
  ];
}

function argumentTable(command: Command): string[] {
  const described = command.registeredArguments.filter(({ description }) => description !== "");
  if (described.length === 0) return [];
  return [
    markdownTable(
      ["argument", "description"],
      described.map(each => [`\`${each.name()}\``, each.description]),
    ),
  ];
}

function optionTable(command: Command): string {
  return markdownTable(
    ["option", "description"],
    shownOptions(command).map(({ term, description }) => [`\`${term}\``, description]),
  );
}
