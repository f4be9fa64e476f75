import type { V1PolicyRule } from "@kubernetes/client-node";

import { isObjectName, objectNameFrom } from "../../object";
import { placeholderIn } from "../../placeholder";
import { fieldOf, type FieldPath, type Problem } from "../../problem";
import { readRule, type RuleReading } from "./near-grant";

/** A problem of a Role or a ClusterRole. */
export type RoleProblem = Problem<"role">;

/** What is known of the credential specs that a role can name. */
export interface KnownCredspecs {
  /** Undefined where there may be others than those that are known. */
  names: ReadonlySet<string> | undefined;
}

/**
 * Rules that are near to a grant of `use` on credential specs, and grant nothing; and rules that name
 * credential specs one by one without it. A rule to look at all of them is none of these.
 *
 * Restricted fields: rules of Roles and ClusterRoles about gmsacredentialspecs. Allowed: apiGroups
 * windows.k8s.io, resources gmsacredentialspecs, verbs use, and resourceNames that objects can have.
 *
 * Source: the API server's RuleAllows (pkg/registry/rbac/validation), which compares by letter.
 */
export function checkRole(
  role: { rules?: V1PolicyRule[] | null },
  { names }: KnownCredspecs,
): RoleProblem[] {
  const rules = role.rules ?? [];
  const readings = rules.map(readRule);
  const granted = new Set(
    rules.flatMap((rule, index) =>
      readings[index]?.grants === true ? (rule.resourceNames ?? []) : [],
    ),
  );
  const grantsEvery = rules.some(
    (rule, index) => readings[index]?.grants === true && (rule.resourceNames ?? []).length === 0,
  );
  return rules.flatMap((rule, index) => {
    const reading = readings[index];
    if (reading === undefined || !reading.concerns) return [];
    const resourceNames = rule.resourceNames ?? [];
    const isSettled = grantsEvery || resourceNames.some(name => granted.has(name));
    return [
      ...(reading.grants || (isSettled && resourceNames.length > 0 && !reading.wants)
        ? []
        : withoutGrant(reading, index, resourceNames)),
      ...(reading.grants || reading.wants || resourceNames.length > 0
        ? namesOfNone(resourceNames, index, names)
        : []),
    ];
  });
}

function withoutGrant(
  { wants, faults }: RuleReading,
  index: number,
  resourceNames: readonly string[],
): RoleProblem[] {
  // To look at all credential specs is a right of its own; with another group or resource it is none.
  const isBroken = faults.some(({ part }) => part !== "verbs");
  if (!wants && resourceNames.length === 0 && !isBroken) return [];
  return faults
    .filter(({ part }) => wants || part !== "verbs" || resourceNames.length > 0)
    .map(({ part, problem, remedy }) => {
      const named = resourceNames.length === 0 ? "" : ` on ${resourceNames.join(", ")}`;
      const what = wants
        ? `this rule grants nothing${named}: ${problem}`
        : part === "verbs"
          ? `this rule names ${resourceNames.join(", ")}, and lets nobody use ${resourceNames.length === 1 ? "it" : "them"}: ${problem}`
          : `this rule grants nothing${named}: ${problem}`;
      return roleProblem(wants ? "error" : "warning", ["rules", index, part], [what, remedy]);
    });
}

/** Names that no object can have, and those that no credential spec has. */
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
      "Leave resourceNames out to grant all credential specs.",
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
