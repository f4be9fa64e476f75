import type { V1PolicyRule } from "@kubernetes/client-node";

import { fixUnder, keyFix } from "../../fix";
import { misspeltKeys } from "../../near";
import { isObjectName, objectNameFrom } from "../../object";
import { placeholderIn } from "../../placeholder";
import { fieldOf, type FieldPath, type Problem } from "../../problem";
import { readRule, type RuleReading } from "./near-grant";

const KEYS = ["apiGroups", "resources", "resourceNames", "verbs", "nonResourceURLs"];

/** A problem of a Role or a ClusterRole. */
export type RoleProblem = Problem<"role">;

/** The credential specs that a role can name. */
export interface KnownCredspecs {
  /** Undefined if the list of known names may be incomplete. */
  names: ReadonlySet<string> | undefined;
}

/**
 * Reports rules that were probably meant to grant `use` on credential specs but do not, and rules that
 * name individual credential specs without `use`. A rule to read all credential specs is fine.
 *
 * Restricted fields: rules of Roles and ClusterRoles about gmsacredentialspecs. Allowed: apiGroups
 * windows.k8s.io, resources gmsacredentialspecs, verbs use, and resourceNames that objects can have.
 *
 * Source: the API server's RuleAllows (pkg/registry/rbac/validation), which compares exactly.
 */
export function checkRole(
  role: { rules?: V1PolicyRule[] | null },
  { names }: KnownCredspecs,
): RoleProblem[] {
  const rules = (role.rules ?? []).map((rule, index) => ({
    index,
    rule,
    resourceNames: rule.resourceNames ?? [],
    reading: readRule(rule),
  }));
  const granting = rules.filter(({ reading }) => reading.grants);
  const isGranted = (name: string): boolean =>
    granting.some(
      ({ resourceNames }) => resourceNames.length === 0 || resourceNames.includes(name),
    );
  return rules
    .filter(({ reading }) => reading.concerns)
    .flatMap(({ index, rule, resourceNames, reading }) => {
      // Another rule of the role already grants `use` on these names.
      const isSettled = !reading.wants && resourceNames.some(isGranted);
      return [
        ...unknownKeys(rule, index),
        ...(reading.grants || isSettled ? [] : withoutGrant(reading, index, resourceNames)),
        ...namesOfNone(resourceNames, index, names),
      ];
    });
}

function withoutGrant(
  { wants, faults }: RuleReading,
  index: number,
  resourceNames: readonly string[],
): RoleProblem[] {
  // A rule to read all credential specs is valid on its own, unless its group or resource is wrong.
  return faults
    .filter(({ part }) => wants || part !== "verbs" || resourceNames.length > 0)
    .map(({ part, problem, remedy, fix }) => {
      const named = resourceNames.join(", ");
      const grantsNothing = `this rule grants nothing${named === "" ? "" : ` on ${named}`}`;
      const namesOnly = `this rule names ${named}, and does not let anybody use ${resourceNames.length === 1 ? "it" : "them"}`;
      const what = wants || part !== "verbs" ? grantsNothing : namesOnly;
      const level = wants ? "error" : "warning";
      const found = roleProblem(level, ["rules", index, part], [`${what}: ${problem}`, remedy]);
      return fix === undefined ? found : { ...found, fixes: [fixUnder(["rules", index], fix)] };
    });
}

/**
 * A rule without `resourceNames` applies to all credential specs, and so does one with the misspelt
 * `resourceName`.
 */
function unknownKeys(rule: V1PolicyRule, index: number): RoleProblem[] {
  return misspeltKeys(rule, KEYS).map(({ key, meant, isFree }) => {
    const path = ["rules", index, key];
    const problem = `${key} is not a field of a rule, and the API server refuses or drops it`;
    const found = roleProblem("error", path, [problem, `Did you mean ${meant}?`]);
    return isFree ? { ...found, fixes: [keyFix(path, meant)] } : found;
  });
}

/** Reports names that no object can have, and names of credential specs that do not exist. */
function namesOfNone(
  resourceNames: readonly string[],
  index: number,
  known: ReadonlySet<string> | undefined,
): RoleProblem[] {
  return resourceNames.flatMap((name, at) => {
    const path = ["rules", index, "resourceNames", at];
    if (placeholderIn(name) !== undefined) {
      const problem = `"${name}" is a placeholder that was not replaced`;
      const remedy = "Write the name of a GMSACredentialSpec.";
      return roleProblem(isObjectName(name) ? "warning" : "error", path, [problem, remedy]);
    }
    if (!isObjectName(name)) return roleProblem("error", path, impossibleName(name));
    if (known === undefined || known.has(name)) return [];
    const problem = `no GMSACredentialSpec here is named "${name}"`;
    const near = [...known].find(each => each.replace(/[-.]/g, "") === name.replace(/[-.]/g, ""));
    const remedy = near === undefined ? "Add it, or correct the name." : `Did you mean ${near}?`;
    return roleProblem("warning", path, [problem, remedy]);
  });
}

function impossibleName(name: string): [string, string] {
  if (name === "*") {
    return [
      `"*" is a name like any other here, and no object can have it`,
      "Remove resourceNames to grant all credential specs.",
    ];
  }
  const possible = objectNameFrom(name);
  return [
    `no GMSACredentialSpec can be named "${name}", so this grants nothing`,
    `Names are lower case letters, digits, - and .${possible === "" ? "" : `: ${possible}, for example`}.`,
  ];
}

function roleProblem(
  level: RoleProblem["level"],
  path: FieldPath,
  [problem, remedy]: readonly [string, string],
): RoleProblem {
  return { level, reason: "role", places: [{ path, text: fieldOf(path) }], problem, remedy };
}
