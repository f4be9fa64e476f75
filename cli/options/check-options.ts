import { Help, Option } from "commander";

import { RepeatableOption } from "./option-types";

/** The option `--suppress`. The caller refuses codes that do not exist. */
export function suppressOption(what: string, codes: readonly string[]): Option {
  const [example = ""] = codes;
  return new SuppressOption(
    "--suppress <code>",
    `leave out ${what} of this code, such as ${example}`,
    codes,
  );
}

class SuppressOption extends RepeatableOption {}

/**
 * Describes an option like commander does, but leaves out the choices of `--suppress`: completion lists the
 * codes, and they would fill the help.
 */
export function describeOption(option: Option): string {
  if (option instanceof SuppressOption) return option.description;
  return new Help().optionDescription(option);
}

/** The option `--fail-on`. */
export function failOnOption(levels: readonly string[]): Option {
  return new Option("--fail-on <level>", "the lowest level that exits with 1")
    .choices(levels)
    .default("error");
}

/** The option `--strict`, which takes precedence over `--fail-on`. */
export function strictOption(): Option {
  return new Option("--strict", "the same as --fail-on unknown");
}

/** The lowest level that fails, from `--fail-on` and `--strict`. */
export function leastThatFails<Level extends string>(options: {
  failOn: Level;
  strict?: boolean;
}): Level | "unknown" {
  return options.strict === true ? "unknown" : options.failOn;
}
