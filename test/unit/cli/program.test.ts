import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Command } from "commander";

import { createProgram } from "../../../cli/program";
import { processTerminal } from "../../../cli/terminal/terminal";

const program = createProgram("gmsa", processTerminal());
const PAGE = readFileSync(join(__dirname, "../../../docs/reference/cli.md"), "utf8");

test("the help has every command in a group", () => {
  const help = program.helpInformation();
  expect(help).not.toContain("\nCommands:\n");
  expect(help).toContain("\nThe cluster:\n  status ");
});

test("docs/reference/cli.md has every command, and every option of all commands", () => {
  // Completion has a page of its own.
  const commands = program.commands.filter(command => !command.name().startsWith("complet"));
  const words = [
    ...commands.map(command => `\`gmsa ${command.name()}`),
    ...program.options.map(({ long }) => `\`${long ?? ""}`).filter(word => word !== "`--version"),
  ];
  expect(words.filter(word => !PAGE.includes(word))).toEqual([]);
});

/** A command and all its subcommands. */
function allBelow(command: Command): Command[] {
  return command.commands.flatMap(below => [below, ...allBelow(below)]);
}

/** The command line up to a command's own name. */
function pathOf(command: Command): string[] {
  const above = command.parent;
  const isTop = above === null || above.parent === null;
  return isTop ? [command.name()] : [...pathOf(above), command.name()];
}

/** The message of a usage error. */
async function complaintOf(words: readonly string[]): Promise<string> {
  const fresh = createProgram("gmsa", processTerminal());
  let said = "";
  for (const command of [fresh, ...allBelow(fresh)]) {
    command.configureOutput({ writeErr: text => (said += text) });
  }
  await fresh.parseAsync([...words], { from: "user" }).catch(() => undefined);
  return said;
}

/** The word without one letter. */
function misspelt(word: string): string {
  return `${word.slice(0, -2)}${word.slice(-1)}`;
}

describe("misspelt words", () => {
  const visible = [program, ...allBelow(program)].flatMap(command =>
    command.createHelp().visibleCommands(command),
  );

  test.each(
    visible
      .filter(command => command.name() !== "help" && command.parent !== null)
      .map(command => [pathOf(command)] as const),
  )("the command %j is asked back", async path => {
    const [name = ""] = path.slice(-1);
    const words = [...path.slice(0, -1), misspelt(name)];
    expect(await complaintOf(words)).toContain(`(Did you mean ${name}?)`);
  });

  test.each(
    allBelow(program)
      .filter(command => command.commands.length === 0 || command.name() === "doctor")
      .map(command => [pathOf(command)] as const),
  )("the longest option of %j is asked back", async path => {
    const command = allBelow(program).find(each => pathOf(each).join() === path.join());
    const longs = (command?.options ?? []).map(({ long }) => long ?? "");
    const [longest = "--kubeconfig"] = longs.sort((left, right) => right.length - left.length);
    const complaint = await complaintOf([...path, misspelt(longest)]);
    expect(complaint).toMatch(/^error: unknown option '.*'\n\(Did you mean .*--/);
    expect(complaint).toContain(longest);
  });
});

test("--cluster before the command is the same as after it, and is in the help", async () => {
  expect(program.helpInformation()).toMatch(/^ {2}--cluster <name>/m);
  const helpOf = (name: string): string =>
    program.commands.find(command => command.name() === name)?.helpInformation() ?? "";
  expect(helpOf("status")).toContain("--cluster <name>");
  for (const name of ["convert", "create", "explain"])
    expect(helpOf(name)).not.toContain("--cluster");
  expect(await complaintOf(["--cluster", "a", "stats"])).toContain("(Did you mean status?)");
  expect(await complaintOf(["--cluster=a", "test", "-f", "x"])).toMatch(
    /^error: of gmsa test, --cluster is a switch here, and does not take a name: use --context\n/,
  );
});

test("each command takes --cluster with a name, except those in which it is a switch", () => {
  const switches = program.commands.filter(({ options }) =>
    options.some(({ long, required }) => long === "--cluster" && !required),
  );
  expect(switches.map(command => command.name())).toEqual(["lint", "test"]);
});
