import { InvalidArgumentError, Option } from "commander";

import { isNamespaceName } from "../../rules/object";

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 };

/**
 * Milliseconds of a duration as kubectl takes it: "90s", "5m", "1m30s".
 *
 * @throws InvalidArgumentError, which commander shows with the option's name.
 */
export function parseDuration(text: string): number {
  if (!/^(\d+(\.\d+)?[hms])+$/.test(text)) {
    throw new InvalidArgumentError("It must be a duration such as 90s, 5m or 1m30s.");
  }
  const parts = text.match(/[\d.]+[hms]/g) ?? [];
  return parts.reduce(
    (sum, part) => sum + Number(part.slice(0, -1)) * (UNIT_MS[part.slice(-1)] ?? 0),
    0,
  );
}

/** "1m30s" of 90000 milliseconds. */
export function describeDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const text = parts.map(([count, unit]) => (count === 0 ? "" : `${count}${unit}`)).join("");
  return text === "" ? "0s" : text;
}

/** `--timeout`, or another limit, of so many milliseconds if it is not given. */
export function timeoutOption(
  description: string,
  milliseconds: number,
  name = "--timeout",
): Option {
  return new Option(`${name} <duration>`, `${description}, such as 90s`)
    .argParser(parseDuration)
    .default(milliseconds, describeDuration(milliseconds));
}

/**
 * An option that can be given several times, or with several values between commas, as kubectl has
 * it. A variadic one of commander would take what follows as well: in `gmsa grant --service-account
 * shop/web webapp1`, the name of the credspec.
 */
export class RepeatableOption extends Option {
  /** @param names what it can be, for the help and for completion; who reads it refuses the rest. */
  constructor(flags: string, description: string, names?: readonly string[]) {
    super(flags, `${description}; can be given several times`);
    if (names !== undefined) this.argChoices = [...names];
    this.argParser((value: string, before: string[] | undefined) => [
      ...(before ?? []),
      ...value.split(","),
    ]);
  }
}

/** `-n`; a name that no namespace can have is a wrong usage. */
export function namespaceOption(description: string): Option {
  return new Option("-n, --namespace <name>", description).argParser(parseNamespace);
}

function parseNamespace(text: string): string {
  if (isNamespaceName(text)) return text;
  throw new InvalidArgumentError(
    "A namespace name has at most 63 lower case letters, digits and -.",
  );
}
