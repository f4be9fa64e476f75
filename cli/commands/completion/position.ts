/** Pure: where in a command line the cursor is, by the commands as commander knows them. */
import type { Argument, Command, Option } from "commander";

import { KubectlCommand } from "../../options/kubectl-command";

/** What the word at the cursor can be. */
export interface Position {
  /** The command that the words before lead to. */
  command: Command;
  /** The word can be the value of this option, and nothing else. */
  optionOf: Option | undefined;
  /** The word can be an option. */
  mayBeOption: boolean;
  /** The word can be the name of a command. */
  mayBeCommand: boolean;
  /** The operand that the word can be. */
  argument: Argument | undefined;
  /** What of the word is written, without an option's name and `=`. */
  current: string;
  /** Options that have been given, by name such as `--context`, with the values of each. */
  given: ReadonlyMap<string, readonly string[]>;
}

/**
 * @param words what is written before the word at the cursor, without the program's name.
 * @param current what is written of that word, up to the cursor.
 */
export function positionOf(program: Command, words: readonly string[], current: string): Position {
  const line = new Line(program);
  for (const word of words) {
    line.read(word);
  }
  return line.at(current);
}

/** Reads words as commander does. */
class Line {
  readonly #given = new Map<string, string[]>();
  #command: Command;
  #operands = 0;
  /** Waits for a value, or for more of them. */
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
    // A value must come, or further ones may, unless the word begins another option.
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

  /** The option of a word such as `--context=na`. */
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
    // `--context=name`, or `-nshop`.
    const name = isLong ? (equals < 0 ? word : word.slice(0, equals)) : word.slice(0, 2);
    const attached = isLong ? (equals < 0 ? "" : word.slice(equals + 1)) : word.slice(2);
    const option = this.#find(name);
    if (option === undefined) return;
    this.#add(option, attached);
    if ((option.required || option.optional) && attached === "" && equals < 0) {
      this.#open = { option, values: 0 };
    }
  }

  /** An option whose value follows has none yet. */
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

  /** Of the command, or of one that it is in. */
  #find(name: string): Option | undefined {
    return allOptions(this.#command).find(({ long, short }) => long === name || short === name);
  }

  #argument(): Argument | undefined {
    const { registeredArguments } = this.#command;
    const last = registeredArguments.at(-1);
    return registeredArguments[this.#operands] ?? (last?.variadic === true ? last : undefined);
  }
}

/** The options of a command, and those of the commands that it is in. */
export function allOptions(command: Command): Option[] {
  const passedOn = command instanceof KubectlCommand ? command.passedOn : [];
  return [
    ...command.options,
    ...passedOn,
    ...(command.parent === null ? [] : allOptions(command.parent)),
  ];
}

/** `--context`; of one without a long name, the short one. */
export function nameOf({ long, short }: Option): string {
  return long ?? short ?? "";
}

/** `-` alone stands for stdin. */
function isOption(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}
