import type { V1PolicyRule } from "@kubernetes/client-node";

import { type FieldPath, fieldOf, type Problem } from "../../problem";
import { readRule } from "./near-grant";

const FIELD = "nonResourceURLs";

/**
 * Reports URLs in a role about credential specs that make the API server refuse the whole role.
 *
 * Restricted fields: nonResourceURLs. Allowed: in rules of a ClusterRole whose only other field is verbs.
 *
 * Source: ValidatePolicyRule of the API server (pkg/apis/rbac/validation).
 */
export function checkNonResourceUrls(role: {
  kind: string;
  rules?: V1PolicyRule[] | null;
}): Problem<"role">[] {
  const rules = role.rules ?? [];
  if (!rules.some(rule => readRule(rule).concerns)) return [];
  return rules.flatMap((rule, index): Problem<"role">[] => {
    if ((rule.nonResourceURLs ?? []).length === 0) return [];
    const isMixed = [rule.apiGroups, rule.resources, rule.resourceNames].some(
      values => (values ?? []).length > 0,
    );
    const path = ["rules", index, FIELD];
    if (role.kind === "Role") {
      return [refused(path, `a Role cannot have ${FIELD}`, "Put the rule into a ClusterRole.")];
    }
    const problem = `a rule has resources or ${FIELD}, not both`;
    return isMixed ? [refused(path, problem, "Put them into a separate rule.")] : [];
  });
}

function refused(path: FieldPath, why: string, remedy: string): Problem<"role"> {
  return {
    level: "error",
    reason: "role",
    places: [{ path, text: fieldOf(path) }],
    problem: `the API server refuses this role: ${why}`,
    remedy,
  };
}
