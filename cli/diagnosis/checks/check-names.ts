/**
 * The names of all checks, in the order in which a Pod meets what they look at. Apart from the checks,
 * which the help and the completion of `gmsa` have no need to load; a test holds the two together.
 */
export const CHECK_NAMES = [
  "credspec-resource",
  "webhooks",
  "match-conditions",
  "early-warnings",
  "policy",
  "namespaces",
  "replicas",
  "endpoints",
  "certificate",
  "certificate-keeper",
  "canary",
  "windows-gmsa",
  "credspecs",
  "references",
  "grants",
  "drift",
  "node-labels",
  "node-runtime",
  "node-build",
  "node-compartments",
] as const;
