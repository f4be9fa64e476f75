/** Reads what `kubectl apply` reports. */

/**
 * kubectl sends a budget's selector with every apply, because its patch strategy in the API is
 * "replace", not "merge". The API server does not change anything.
 */
const ALWAYS_SENT = "poddisruptionbudget.policy/pepr-gmsa configured";

/** The objects that kubectl reports as changed, or that it would change. */
export function changed(stdout: string): string[] {
  return stdout
    .trim()
    .split("\n")
    .filter(line => line !== "" && line !== ALWAYS_SENT && !line.includes(" unchanged"));
}
