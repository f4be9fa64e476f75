import { InvalidArgumentError, Option } from "commander";

import { isNamespaceName } from "../../rules/object";

const UNIT_MS: Readonly<Record<string, number>> = {
  ...{ h: 3_600_000, m: 60_000, s: 1000, ms: 1 },
  ...{ us: 1e-3, "\u00b5s": 1e-3, "\u03bcs": 1e-3, ns: 1e-6 },
};
const PART = String.raw`(\d+\.?\d*|\.\d+)(ms|[nu\u00b5\u03bc]s|[hms])`;
const PARTS = new RegExp(PART, "g");
const DURATION = new RegExp(`^(?:${PART})+$`);

/**
 * Parses a duration as kubectl does: "90s", "5m", "1m30s", "500ms".
 *
 * @returns milliseconds.
 * @throws InvalidArgumentError, which commander shows with the option's name.
 */
export function parseDuration(text: string): number {
  if (!DURATION.test(text)) {
    throw new InvalidArgumentError("It must be a duration such as 90s, 5m or 1m30s.");
  }
  const parts = [...text.matchAll(PARTS)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNIT_MS[unit] ?? 0), 0);
}

/** Formats milliseconds: 90000 becomes "1m30s". */
export function describeDuration(milliseconds: number): string {
  const whole = Math.round(milliseconds);
  const seconds = Math.floor(whole / 1000);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
    [whole % 1000, "ms"],
  ] as const;
  const text = parts.map(([count, unit]) => (count === 0 ? "" : `${count}${unit}`)).join("");
  return text === "" ? "0s" : text;
}

/** The option `--timeout` or another limit, with a default in milliseconds. */
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
 * An option that can be given several times, or with several values separated by commas, as in kubectl. A
 * variadic option of commander would also take the words after it: in `gmsa grant --service-account shop/web
 * webapp1`, the name of the credential spec.
 */
export class RepeatableOption extends Option {
  /** @param names the possible values, for help and completion. The caller refuses all others. */
  constructor(flags: string, description: string, names?: readonly string[]) {
    super(flags, `${description}; can be given several times`);
    if (names !== undefined) this.argChoices = [...names];
    this.argParser((value: string, before: string[] | undefined) => [
      ...(before ?? []),
      ...notEmpty(value).split(","),
    ]);
  }
}

/** Refuses an empty value, such as an unset variable of a script, which would silently mean the default. */
export function notEmpty(text: string): string {
  if (text === "") throw new InvalidArgumentError("It must not be empty.");
  return text;
}

/** The option `-n`. An invalid namespace name is a usage error. */
export function namespaceOption(description: string): Option {
  return new Option("-n, --namespace <name>", description).argParser(parseNamespace);
}

function parseNamespace(text: string): string {
  if (isNamespaceName(text)) return text;
  throw new InvalidArgumentError(
    "A namespace name has at most 63 lower case letters, digits and -.",
  );
}
