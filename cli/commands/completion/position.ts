/** Pure: finds the cursor's position in a command line, from commander's definitions of the commands. */
import type { Argument, Command, Option } from "commander";

import { KubectlCommand, optionIn } from "../../options/kubectl-command";

/** What the word at the cursor can be. */
export interface Position {
  /** The command that the previous words name. */
  command: Command;
  /** The word can only be a value of this option. */
  optionOf: Option | undefined;
  /** The word can be an option. */
  mayBeOption: boolean;
  /** The word can be the name of a command. */
  mayBeCommand: boolean;
  /** The operand that the word can be. */
  argument: Argument | undefined;
  /** The typed part of the word, without an option's name and `=`. */
  current: string;
  /** The given options, by name such as `--context`, with the values of each. */
  given: ReadonlyMap<string, readonly string[]>;
}

/**
 * @param words the words before the one at the cursor, without the program's name.
 * @param current the typed part of that word, up to the cursor.
 */
export function positionOf(program: Command, words: readonly string[], current: string): Position {
  const line = new Line(program);
  for (const word of words) {
    line.read(word);
  }
  return line.at(current);
}

/** Parses words like commander does. */
class Line {
  readonly #given = new Map<string, string[]>();
  #command: Command;
  #operands = 0;
  /** An option that still accepts values. */
  #open: { option: Option; values: number } | undefined;
  /** After `--`, all words are operands. */
  #isOver = false;

  constructor(program: Command) {
    this.#command = program;
  }

  read(word: string): void {
    if (this.#takesValue(word)) {
      this.#value(word);
    } else if (word === "--" && !this.#isOver) {
      this.#isOver = true;
      this.#open = undefined;
    } else if (isOption(word) && !this.#isOver) {
      this.#option(word);
    } else {
      this.#operand(word);
    }
  }

  at(current: string): Position {
    const inline = this.#inline(current);
    // The option needs a value, or accepts further ones unless the word starts another option.
    const isDue = inline !== undefined || this.#isValueDue();
    const isFree = !this.#isOver && !isDue;
    const open = isDue || !isOption(current) ? this.#open?.option : undefined;
    return {
      command: this.#command,
      optionOf: inline ?? open,
      mayBeOption: isFree,
      mayBeCommand: isFree && this.#operands === 0,
      argument: isDue ? undefined : this.#argument(),
      current: inline === undefined ? current : current.slice(current.indexOf("=") + 1),
      given: this.#given,
    };
  }

  #isValueDue(): boolean {
    return this.#open?.values === 0;
  }

  /** The option in a word such as `--context=na`. */
  #inline(word: string): Option | undefined {
    const equals = word.indexOf("=");
    const isLong = word.startsWith("--") && equals > 0 && !this.#isOver;
    return isLong ? this.#find(word.slice(0, equals)) : undefined;
  }

  #takesValue(word: string): boolean {
    return this.#open !== undefined && (this.#open.values === 0 || !isOption(word));
  }

  #value(word: string): void {
    if (this.#open === undefined) return;
    this.#open.values += 1;
    this.#add(this.#open.option, word);
    if (!this.#open.option.variadic) {
      this.#open = undefined;
    }
  }

  #option(word: string): void {
    this.#open = undefined;
    const equals = word.indexOf("=");
    const isLong = word.startsWith("--");
    // `--context=name` or `-nshop`.
    const name = isLong ? (equals < 0 ? word : word.slice(0, equals)) : word.slice(0, 2);
    const attached = isLong ? (equals < 0 ? "" : word.slice(equals + 1)) : word.slice(2);
    const option = this.#find(name);
    if (option === undefined) return;
    this.#add(option, attached);
    if ((option.required || option.optional) && attached === "" && equals < 0) {
      this.#open = { option, values: 0 };
    }
  }

  /** Records an option. It has no value yet if the value is the next word. */
  #add(option: Option, value: string): void {
    const before = this.#given.get(nameOf(option)) ?? [];
    this.#given.set(nameOf(option), value === "" ? before : [...before, value]);
  }

  #operand(word: string): void {
    this.#open = undefined;
    const subcommand = this.#command.commands.find(
      command => command.name() === word || command.aliases().includes(word),
    );
    if (this.#operands === 0 && subcommand !== undefined && !this.#isOver) {
      this.#command = subcommand;
    } else {
      this.#operands += 1;
    }
  }

  /** Finds an option of the command, of its parents, or of a subcommand that has not been named yet. */
  #find(name: string): Option | undefined {
    return (
      allOptions(this.#command).find(({ long, short }) => long === name || short === name) ??
      optionIn(name, this.#command.commands)
    );
  }

  #argument(): Argument | undefined {
    const { registeredArguments } = this.#command;
    const last = registeredArguments.at(-1);
    return registeredArguments[this.#operands] ?? (last?.variadic === true ? last : undefined);
  }
}

/** The options of a command and of its parents. */
export function allOptions(command: Command): Option[] {
  const passedOn = command instanceof KubectlCommand ? command.passedOn : [];
  return [
    ...command.options,
    ...passedOn,
    ...(command.parent === null ? [] : allOptions(command.parent)),
  ];
}

/** The long name, such as `--context`, or else the short one. */
export function nameOf({ long, short }: Option): string {
  return long ?? short ?? "";
}

/** `-` alone means stdin. */
function isOption(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}
