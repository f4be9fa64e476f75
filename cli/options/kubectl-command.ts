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
    return this.#parse(this.passedOn.length === 0 ? words : this.#withPassedOn(words));
  }

  /** Moves the passed-on options after the subcommand's name. */
  #withPassedOn(words: readonly string[]): string[] {
    const [before, taken]: [string[], string[]] = [[], []];
    let at = 0;
    for (let word = words[at]; word?.startsWith("-") === true && word !== "--"; word = words[at]) {
      const length = this.#takesValue(word) || this.#isPassedOn(word) ? 2 : 1;
      (this.#isPassedOn(word.replace(/=.*$/s, "")) ? taken : before).push(
        ...words.slice(at, at + length),
      );
      at += length;
    }
    const [name, ...rest] = words.slice(at);
    if (name === undefined) return before;
    return [...before, name, ...(taken.length === 0 ? [] : this.#taken(name, taken)), ...rest];
  }

  /**
   * Drops options that the subcommand does not have. The subcommand's name may be wrong, and that is the
   * error to report.
   */
  #taken(name: string, taken: string[]): string[] {
    const command = this.commands.find(each => each.name() === name);
    const option = command?.options.find(({ long }) =>
      this.passedOn.some(passed => passed.long === long),
    );
    if (option?.isBoolean() === true) {
      const message = `error: of ${this.name()} ${name}, ${option.flags} is a switch here, and does not take a name: use --context`;
      this.error(message, { code: "commander.conflictingOption" });
    }
    return option === undefined ? [] : taken;
  }

  #isPassedOn(word: string): boolean {
    return this.passedOn.some(({ long }) => long === word);
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

/** Leaves a value that is neither true nor false in place, so that commander refuses it. */
function switched(flags: string, value: string | undefined, word: string): string[] {
  if (value === TRUE) return [flags];
  if (value !== FALSE) return [word];
  const before = flags.startsWith("--") ? "" : flags.slice(0, -1);
  return before.length > 1 ? [before] : [];
}
