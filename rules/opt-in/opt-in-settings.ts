import type { HelperChoice } from "../pod/opt-in-annotations";

/** How the controller was set up. */
export interface HelperSettings {
  /** What Pods are given for which neither they nor their namespaces say otherwise. */
  defaults: HelperChoice;
  /** Whether namespaces are asked; the controller needs the right to get them. */
  asksNamespaces: boolean;
}

/** The spellings of Go's strconv.ParseBool, by which windows-gmsa reads RANDOM_HOSTNAME. */
const TRUTHS: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(["1", "t", "T", "true", "TRUE", "True"].map(text => [text, true])),
  ...Object.fromEntries(["", "0", "f", "F", "false", "FALSE", "False"].map(text => [text, false])),
};

/**
 * What the environment says: RANDOM_HOSTNAME, as windows-gmsa has it, and NAMESPACE_ANNOTATIONS.
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
