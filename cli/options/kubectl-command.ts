import { Command, type Help, type Option, type ParseOptionsResult } from "commander";

/** Options that kubectl spells differently, and their names here. */
const KUBECTL_SPELLING: Readonly<Record<string, string>> = {
  "--serviceaccount": "--service-account",
};

const FALSE = "false";
const TRUE = "true";

/**
 * A command that parses options like kubectl: `-n shop`, `-nshop` and `-n=shop` are equivalent, and so are
 * `-R` and `--recursive=true`.
 */
export class KubectlCommand extends Command {
  override createCommand(name?: string): KubectlCommand {
    return new KubectlCommand(name);
  }

  /** Options that subcommands define themselves and that may also stand before the subcommand's name. */
  readonly passedOn: Option[] = [];

  /** Accepts an option of the subcommands before their names too, and shows it in the help. */
  passOn(option: Option): this {
    this.passedOn.push(option);
    return this;
  }

  override createHelp(): Help {
    const help = super.createHelp();
    const visibleOptions = help.visibleOptions.bind(help);
    help.visibleOptions = command => [
      ...visibleOptions(command),
      ...(command instanceof KubectlCommand ? command.passedOn : []),
    ];
    return help;
  }

  override parseOptions(words: string[]): ParseOptionsResult {
    return this.#parse(this.commands.length === 0 ? words : this.#withoutLeading(words));
  }

  /** Moves options of the subcommand that stand before its name behind it, as kubectl reads them. */
  #withoutLeading(words: readonly string[]): string[] {
    const leading: string[][] = [];
    let at = 0;
    for (let word = words[at]; word?.startsWith("-") === true && word !== "--"; word = words[at]) {
      const end = at + this.#lengthOf(word);
      leading.push(words.slice(at, end));
      at = end;
    }
    const [name, ...rest] = words.slice(at);
    const command = this.commands.find(each => each.name() === name);
    const isOwn = ([word = ""]: string[]): boolean =>
      optionIn(word, command === undefined ? [] : [command]) === undefined &&
      this.#find(flagOf(word)) !== undefined;
    if (name === undefined) return this.#withoutCommand(words, leading);
    const moved = leading.filter(each => !isOwn(each));
    return [
      ...leading.filter(isOwn).flat(),
      name,
      ...moved.filter(([word]) => this.#isFor(command, word)).flat(),
      ...rest,
    ];
  }

  /**
   * Drops the options of commands if the program is called without a command, so that it shows its help.
   * A command that was named gets only its options here, because commander has removed the names.
   */
  #withoutCommand(words: readonly string[], leading: readonly string[][]): string[] {
    if (this.parent !== null) return [...words];
    const isForCommand = ([word = ""]: string[]): boolean =>
      this.#find(flagOf(word)) === undefined && optionIn(word, this.commands) !== undefined;
    return leading.filter(each => !isForCommand(each)).flat();
  }

  /** The number of words that an option takes, of this command or one below it. */
  #lengthOf(word: string): 1 | 2 {
    const all: readonly Command[] = [this];
    const takesValue = (flag: string): boolean => optionIn(flag, all)?.required === true;
    if (word.startsWith("--")) return takesValue(word) && !word.includes("=") ? 2 : 1;
    const letters = Array.from(word.slice(1));
    const first = letters.findIndex(letter => takesValue(`-${letter}`));
    return first !== -1 && first === letters.length - 1 ? 2 : 1;
  }

  /**
   * Whether an option is handed to the subcommand. One that it does not have is dropped, because the
   * subcommand's name may be wrong, and that is the error to report.
   */
  #isFor(command: Command | undefined, word = ""): boolean {
    const long = flagOf(word);
    if (!this.passedOn.some(passed => passed.long === long)) return true;
    const option = command?.options.find(each => each.long === long);
    if (option?.isBoolean() === true) {
      const message = `error: of ${this.name()} ${command?.name() ?? ""}, ${option.flags} is a switch here, and does not take a name: use --context`;
      this.error(message, { code: "commander.conflictingOption" });
    }
    return option !== undefined;
  }

  #parse(words: string[]): ParseOptionsResult {
    const end = words.indexOf("--");
    const last = end === -1 ? words.length : end;
    const read = words
      .slice(0, last)
      .flatMap((word, index) =>
        this.#takesValue(words[index - 1]) ? [word] : this.#withoutEquals(this.#spelt(word)),
      );
    this.#refuseWithoutValue(read.at(-1), read.at(-2));
    return super.parseOptions([...read, ...words.slice(last)]);
  }

  /** Replaces kubectl's spelling of an option by this command's, if the command has the option. */
  #spelt(word: string): string {
    const [flag = "", ...values] = word.split("=");
    const own = KUBECTL_SPELLING[flag];
    if (own === undefined || this.#find(own) === undefined) return word;
    return [own, ...values].join("=");
  }

  /** Lists the possible values if the value of the last option is missing, which commander does not. */
  #refuseWithoutValue(word: string | undefined, before: string | undefined): void {
    if (word === undefined || this.#takesValue(before) || !this.#takesValue(word)) return;
    const { flags = "", argChoices = [] } = this.#find(word) ?? {};
    if (argChoices.length === 0) return;
    const message = `error: option '${flags}' needs one of ${argChoices.join(", ")}`;
    this.error(message, { code: "commander.optionMissingArgument" });
  }

  /** Whether the next word is the value of an option. */
  #takesValue(word: string | undefined): boolean {
    return word !== undefined && this.#find(word)?.required === true;
  }

  #withoutEquals(word: string): string[] {
    const [, long, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    if (long !== undefined) {
      return this.#isSwitch(long) ? switched(long, value, word) : [word];
    }
    return /^-[^-]+=/.test(word) ? this.#shortWithoutEquals(word) : [word];
  }

  /** In a group of short options, the first one that takes a value takes the rest of the word. */
  #shortWithoutEquals(word: string): string[] {
    for (let at = 1; at < word.length; at++) {
      const short = `-${word.charAt(at)}`;
      const isLast = word.charAt(at + 1) === "=";
      if (!this.#isSwitch(short)) {
        if (this.#find(short) === undefined || !isLast) return [word];
        const value = word.slice(at + 2);
        const before = at === 1 ? [] : [word.slice(0, at)];
        return [...before, short, value];
      }
      if (isLast) return switched(word.slice(0, at + 1), word.slice(at + 2), word);
    }
    return [word];
  }

  #find(flag: string): Option | undefined {
    return this.options.find(({ short, long }) => flag === short || flag === long);
  }

  #isSwitch(flag: string): boolean {
    const option = this.#find(flag);
    // commander does not count `--no-headers` as boolean.
    return option?.isBoolean() === true || option?.negate === true;
  }
}

/** The name of an option in a word such as `--output=json` or `-nshop`. */
function flagOf(word: string): string {
  return word.startsWith("--") ? word.replace(/=.*$/s, "") : word.slice(0, 2);
}

/** Returns the option that a word names, of one of these commands or of those below them. */
export function optionIn(word: string, commands: readonly Command[]): Option | undefined {
  const flag = flagOf(word);
  for (const command of commands) {
    const option =
      command.options.find(({ short, long }) => flag === short || flag === long) ??
      optionIn(word, command.commands);
    if (option !== undefined) return option;
  }
  return undefined;
}

/** Leaves a value that is neither true nor false in place, so that commander refuses it. */
function switched(flags: string, value: string | undefined, word: string): string[] {
  if (value === TRUE) return [flags];
  if (value !== FALSE) return [word];
  const before = flags.startsWith("--") ? "" : flags.slice(0, -1);
  return before.length > 1 ? [before] : [];
}
