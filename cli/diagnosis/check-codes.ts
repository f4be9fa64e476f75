/**
 * Every check with its code, in the order in which a Pod meets what they look at. Apart from the checks,
 * which the help and the completion of `gmsa` have no need to load; a test holds the two together. A code
 * never changes, and is never given again: 1xx for the installation, 2xx for credential specs and
 * workloads, 3xx for nodes.
 */
export const CHECK_CODES = {
  "credspec-resource": "GMSA101",
  version: "GMSA102",
  webhooks: "GMSA103",
  "match-conditions": "GMSA104",
  "early-warnings": "GMSA105",
  policy: "GMSA106",
  objects: "GMSA107",
  rights: "GMSA108",
  namespaces: "GMSA109",
  replicas: "GMSA110",
  rollout: "GMSA111",
  endpoints: "GMSA112",
  certificate: "GMSA113",
  "certificate-keeper": "GMSA114",
  "windows-gmsa": "GMSA115",
  credspecs: "GMSA201",
  references: "GMSA202",
  grants: "GMSA203",
  drift: "GMSA204",
  "node-labels": "GMSA301",
  "node-runtime": "GMSA302",
  "node-build": "GMSA303",
  "node-compartments": "GMSA304",
} as const;

export type CheckName = keyof typeof CHECK_CODES;

export const CHECK_NAMES = Object.keys(CHECK_CODES) as CheckName[];

export const CODES: readonly string[] = Object.values(CHECK_CODES);

/** Of a check; those of `gmsa doctor pod` have none. */
export function codeOf(name: string): string | undefined {
  return (CHECK_CODES as Readonly<Record<string, string>>)[name];
}
