/**
 * Pure: prints candidates in the format that kubectl expects from a plugin's kubectl_complete-NAME, which is
 * the format of programs built with cobra: a line for each candidate, with a description after a tab, and a
 * directive at the end.
 *
 * Source: https://github.com/kubernetes/enhancements/tree/master/keps/sig-cli/2379-kubectl-plugins
 */
import type { Command, Option, Argument } from "commander";

import { RepeatableOption } from "../../options/option-types";
import { positionOf, nameOf, allOptions, type Position } from "./position";

/** Completes files if there is no candidate. */
const FILES = 0;

const NO_FILES = 4;

export function candidateLines({ candidates, mayBeFile }: Candidates): string {
  const lines = candidates.map(({ value, description }) =>
    description === "" ? value : `${value}\t${description.replace(/\s+/g, " ")}`,
  );
  return [...lines, `:${mayBeFile ? FILES : NO_FILES}`].join("\n");
}

/** A word with its description. */
export interface Candidate {
  value: string;
  description: string;
}

export interface Candidates {
  candidates: Candidate[];
  /** If there is no candidate, the word may be the name of a file. */
  mayBeFile: boolean;
}

/** Looks up names that are not known in advance; see NAMES. */
export type Names = (
  what: NameKind,
  position: Pick<Position, "current" | "given">,
) => Promise<string[]>;

export type NameKind =
  | "clusters"
  | "contexts"
  | "users"
  | "credspecs"
  | "namespaces"
  | "pods"
  | "service accounts";

/** Options, and arguments by name, whose values are names that are not known in advance. */
const NAMES: Readonly<Record<string, NameKind>> = {
  "--cluster": "clusters",
  "--context": "contexts",
  "--user": "users",
  "--namespace": "namespaces",
  "--service-account": "service accounts",
  "--credspec": "credspecs",
  "<credspec>": "credspecs",
  "pod <name>": "pods",
};

/** Placeholders of files in the help. */
const FILE_NAMES = /^(file|folder)$/;

/**
 * @param words all words up to the cursor, without the program's name. The last one is the word at the
 *   cursor; it is empty if nothing of it is typed.
 */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  names: Names,
): Promise<Candidates> {
  const position = positionOf(program, words.slice(0, -1), words.at(-1) ?? "");
  const { optionOf, argument } = position;
  const all = [
    ...(optionOf === undefined ? [] : await valuesOfOption(optionOf, position, names)),
    ...(argument === undefined ? [] : await valuesOfArgument(argument, position, names)),
    ...(position.mayBeCommand ? commandsAt(position) : []),
    ...(position.mayBeOption ? optionsAt(position) : []),
  ];
  return {
    candidates: all.filter(({ value }) => value.startsWith(position.current)),
    mayBeFile: [
      optionOf && placeholderOf(optionOf),
      position.current.startsWith("-") ? undefined : argument?.name(),
    ].some(name => name !== undefined && FILE_NAMES.test(name)),
  };
}

async function valuesOfOption(
  option: Option,
  position: Position,
  names: Names,
): Promise<Candidate[]> {
  const kind = NAMES[nameOf(option)];
  return plain(option.argChoices ?? (kind === undefined ? [] : await names(kind, position)));
}

async function valuesOfArgument(
  argument: Argument,
  position: Position,
  names: Names,
): Promise<Candidate[]> {
  const name = `<${argument.name()}>`;
  const kind = NAMES[`${position.command.name()} ${name}`] ?? NAMES[name];
  return plain(argument.argChoices ?? (kind === undefined ? [] : await names(kind, position)));
}

function commandsAt({ command }: Position): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map(subcommand => ({ value: subcommand.name(), description: subcommand.description() }));
}

/** Options are offered only after a hyphen, because there are many. */
function optionsAt({ command, current, given }: Position): Candidate[] {
  if (!current.startsWith("-")) return [];
  return [...command.createHelp().visibleOptions(command), ...allOptions(command)]
    .filter(option => !option.hidden && (mayComeAgain(option) || !given.has(nameOf(option))))
    .filter(
      (option, index, all) => all.findIndex(other => nameOf(other) === nameOf(option)) === index,
    )
    .map(option => ({
      // `-n` is already complete.
      value: option.short === current ? current : nameOf(option),
      description: option.description,
    }));
}

function mayComeAgain(option: Option): boolean {
  return option.variadic || option instanceof RepeatableOption;
}

function plain(values: readonly string[]): Candidate[] {
  return values.map(value => ({ value, description: "" }));
}

/** The placeholder `file` in `--junit <file>` and `-f, --filename <file...>`. */
function placeholderOf({ flags }: Option): string | undefined {
  return /[<[]([^\]>.]+)(?:\.\.\.)?[\]>]/.exec(flags)?.[1];
}
