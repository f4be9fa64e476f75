import { Help, Option } from "commander";

import { RepeatableOption } from "./option-types";

/** `--suppress`; whoever reads it refuses codes that do not exist. */
export function suppressOption(what: string, codes: readonly string[]): Option {
  const [example = ""] = codes;
  return new SuppressOption(
    "--suppress <code>",
    `leave out ${what} of this code, such as ${example}`,
    codes,
  );
}

class SuppressOption extends RepeatableOption {}

/** As commander describes options, but for codes: completion names them, and help would be nothing else. */
export function describeOption(option: Option): string {
  if (option instanceof SuppressOption) return option.description;
  return new Help().optionDescription(option);
}

/** `--fail-on` */
export function failOnOption(levels: readonly string[]): Option {
  return new Option("--fail-on <level>", "the lowest level that exits with 1")
    .choices(levels)
    .default("error");
}

/** `--strict`, which counts whatever `--fail-on` says. */
export function strictOption(): Option {
  return new Option("--strict", "the same as --fail-on unknown");
}

/** What the two options above say together. */
export function leastThatFails<Level extends string>(options: {
  failOn: Level;
  strict?: boolean;
}): Level | "unknown" {
  return options.strict === true ? "unknown" : options.failOn;
}
