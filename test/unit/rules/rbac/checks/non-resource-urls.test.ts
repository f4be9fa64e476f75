/** URLs in roles about credential specs: each complete problem is compared. */
import type { V1PolicyRule } from "@kubernetes/client-node";

import { checkNonResourceUrls } from "../../../../../rules/rbac/checks/non-resource-urls";
import { READ_PODS, USE } from "../../../../fixtures/binding-case";

const URLS = { nonResourceURLs: ["/healthz"], verbs: ["get"] };

test.each<[string, string, V1PolicyRule[] | null, (readonly [number, string, string])?]>([
  ["no rules", "ClusterRole", null],
  ["URLs beside a grant", "ClusterRole", [USE, URLS]],
  ["empty lists", "Role", [{ ...USE, nonResourceURLs: [] }]],
  [
    "empty lists beside URLs",
    "ClusterRole",
    [USE, { ...URLS, apiGroups: [], resources: [], resourceNames: [] }],
  ],
  ["URLs, and nothing about credential specs", "Role", [READ_PODS, URLS]],
  [
    "URLs",
    "Role",
    [USE, URLS],
    [1, "a Role cannot have nonResourceURLs", "Put the rule into a ClusterRole."],
  ],
  ...[{ apiGroups: ["apps"] }, { resources: ["pods"] }, { resourceNames: ["web"] }].map(
    (other): [string, string, V1PolicyRule[], readonly [number, string, string]] => [
      `URLs and ${Object.keys(other).join()} in one rule`,
      "ClusterRole",
      [USE, { ...URLS, ...other }],
      [1, "a rule has resources or nonResourceURLs, not both", "Put them into a separate rule."],
    ],
  ),
])("%s in a %s", (_, kind, rules, ...due) => {
  const problems = due.flatMap(each => {
    if (each === undefined) return [];
    const [index, why, remedy] = each;
    const path = ["rules", index, "nonResourceURLs"];
    const places = [{ path, text: `rules[${index}].nonResourceURLs` }];
    const problem = `the API server refuses this role: ${why}`;
    return [{ level: "error", reason: "role", places, problem, remedy }];
  });
  expect(checkNonResourceUrls({ kind, rules })).toEqual(problems);
});
