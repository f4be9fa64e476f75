/**
 * The codes of all checks, in the order in which a Pod meets the parts that they check. They are separate
 * from the checks, because the help and the completion of `gmsa` need only the codes; a test keeps both in
 * step. A code never changes and is never reused: 101 to 149 are for the installation, 150 to 169 for
 * credential specs and workloads, 170 to 189 for nodes. Codes from 200 on are in rules/codes.ts.
 */
export const CHECK_CODES = {
  "credspec-resource": "GMSA101",
  version: "GMSA102",
  webhooks: "GMSA103",
  "match-conditions": "GMSA104",
  "early-warnings": "GMSA105",
  policy: "GMSA106",
  "credspecs-kept": "GMSA117",
  objects: "GMSA107",
  rights: "GMSA108",
  namespaces: "GMSA109",
  replicas: "GMSA110",
  rollout: "GMSA111",
  "next-pods": "GMSA118",
  endpoints: "GMSA112",
  certificate: "GMSA113",
  "certificate-keeper": "GMSA114",
  canary: "GMSA116",
  "windows-gmsa": "GMSA115",
  credspecs: "GMSA150",
  references: "GMSA151",
  grants: "GMSA152",
  "wide-grants": "GMSA155",
  placement: "GMSA154",
  drift: "GMSA153",
  "node-labels": "GMSA170",
  "node-runtime": "GMSA171",
  "node-build": "GMSA172",
  "node-compartments": "GMSA173",
} as const;

export type CheckName = keyof typeof CHECK_CODES;

export const CHECK_NAMES = Object.keys(CHECK_CODES) as CheckName[];

export const CODES: readonly string[] = Object.values(CHECK_CODES);

/** Whether a check covers the installation itself. */
export function isOfInstallation(name: string): boolean {
  const code = codeOf(name);
  return code !== undefined && code < "GMSA150";
}

/** The code of a check. The checks of `gmsa doctor pod` have none. */
export function codeOf(name: string): string | undefined {
  return (CHECK_CODES as Readonly<Record<string, string>>)[name];
}
