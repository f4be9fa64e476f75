import type { HelperChoice } from "../pod/opt-in-annotations";

/** The settings of the controller for helpers. */
export interface HelperSettings {
  /** The helpers for Pods if neither they nor their namespaces request or decline them. */
  defaults: HelperChoice;
  /**
   * Whether annotations of namespaces are read. The controller then needs the right to get namespaces.
   */
  asksNamespaces: boolean;
}

/** The spellings of Go's strconv.ParseBool, with which windows-gmsa parses RANDOM_HOSTNAME. */
const TRUTHS: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(["1", "t", "T", "true", "TRUE", "True"].map(text => [text, true])),
  ...Object.fromEntries(["", "0", "f", "F", "false", "FALSE", "False"].map(text => [text, false])),
};

/**
 * Reads the environment variables RANDOM_HOSTNAME, which windows-gmsa also reads, and NAMESPACE_ANNOTATIONS.
 *
 * @throws Error if one of them is neither true nor false.
 */
export function readHelperSettings(environment: NodeJS.ProcessEnv): HelperSettings {
  return {
    defaults: { secureChannel: false, randomHostname: truth(environment, "RANDOM_HOSTNAME") },
    asksNamespaces: truth(environment, "NAMESPACE_ANNOTATIONS"),
  };
}

function truth(environment: NodeJS.ProcessEnv, name: string): boolean {
  const value = environment[name] ?? "";
  const said = Object.hasOwn(TRUTHS, value) ? TRUTHS[value] : undefined;
  if (said === undefined) {
    throw new Error(
      `the environment variable ${name} is ${JSON.stringify(value)}: set "true" or "false"`,
    );
  }
  return said;
}
