import { readFileSync } from "node:fs";
import { join } from "node:path";

import { createProgram } from "../../../cli/program";
import { processTerminal } from "../../../cli/terminal/terminal";

const program = createProgram("gmsa", processTerminal());
const PAGE = readFileSync(join(__dirname, "../../../docs/cli.md"), "utf8");

test("the help has every command in a group", () => {
  const help = program.helpInformation();
  expect(help).not.toContain("\nCommands:\n");
  expect(help).toContain("\nThe cluster:\n  status ");
});

test("docs/cli.md has every command, and every option of all commands", () => {
  // Completion has a page of its own.
  const commands = program.commands.filter(command => !command.name().startsWith("complet"));
  const words = [
    ...commands.map(command => `\`gmsa ${command.name()}`),
    ...program.options.map(({ long }) => `\`${long ?? ""}`).filter(word => word !== "`--version"),
  ];
  expect(words.filter(word => !PAGE.includes(word))).toEqual([]);
});

test("each command takes --cluster, by name but for the one in which it is a switch", () => {
  const switches = program.commands.filter(({ options }) =>
    options.some(({ long, required }) => long === "--cluster" && !required),
  );
  expect(switches.map(command => command.name())).toEqual(["test"]);
});
