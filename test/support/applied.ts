/** What `kubectl apply` says that it did. */

/**
 * kubectl sends a budget's selector with every apply, since the API's own definition says that it
 * is replaced and not merged; the API server finds nothing to change.
 */
const ALWAYS_SENT = "poddisruptionbudget.policy/pepr-gmsa configured";

/** The objects that kubectl says it changed, or would change. */
export function changed(stdout: string): string[] {
  return stdout
    .trim()
    .split("\n")
    .filter(line => line !== "" && line !== ALWAYS_SENT && !line.includes(" unchanged"));
}
