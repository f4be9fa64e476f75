/** Rules of roles that are near to a grant: each complete problem is compared. */
import type { V1PolicyRule } from "@kubernetes/client-node";

import type { Edit, FieldPath } from "../../../../../rules/problem";
import { checkRole } from "../../../../../rules/rbac/checks/roles";
import { READ_PODS, USE } from "../../../../fixtures/binding-case";

const GET = { ...USE, verbs: ["get"] };
const WRITE_GROUP = "Write apiGroups: [windows.k8s.io], without a version.";
const WRITE_USE = "Write verbs: [use], the only verb that admission checks.";

interface Due {
  level?: "warning";
  /** The field within the rule, and its path. */
  at: readonly [text: string, ...path: FieldPath];
  problem: string;
  remedy: string;
  fix?: { path: FieldPath; edit: Edit };
}

function problemOf({ level, at: [text, ...path], problem, remedy, fix }: Due): object {
  const found = { level: level ?? "error", reason: "role", places: [{ path, text }] };
  return { ...found, problem, remedy, ...(fix === undefined ? {} : { fixes: [fix] }) };
}

const CORE: Pick<Due, "at" | "remedy"> = {
  at: ["rules[0].apiGroups", "rules", 0, "apiGroups"],
  remedy: WRITE_GROUP,
};

test.each<[string, V1PolicyRule[] | null, ...Due[]]>([
  ["no rules", null],
  ["a grant", [USE]],
  ["a grant on one", [{ ...USE, resourceNames: ["payroll"] }]],
  ["a right to read all", [GET]],
  [
    "a right to read one that another rule lets use",
    [
      { ...GET, resourceNames: ["payroll"] },
      { ...USE, resourceNames: ["payroll"] },
    ],
  ],
  ["a right to read one, and to use all", [USE, { ...GET, resourceNames: ["payroll"] }]],
  [
    "a right to read two, of which one may be used",
    [
      { ...GET, resourceNames: ["other", "payroll"] },
      { ...USE, resourceNames: ["payroll"] },
    ],
  ],
  ["other rights", [{ ...READ_PODS, resourceNames: ["payroll"] }]],
  [
    "a right to read one, and to use another",
    [
      { ...GET, resourceNames: ["payroll"] },
      { ...USE, resourceNames: ["other"] },
    ],
    {
      level: "warning",
      at: ["rules[0].verbs", "rules", 0, "verbs"],
      problem:
        "this rule names payroll, and does not let anybody use it: it does not grant `use` (its verbs are get)",
      remedy: WRITE_USE,
    },
  ],
  [
    "a right to read two",
    [READ_PODS, { ...GET, verbs: ["get", "list"], resourceNames: ["payroll", "other"] }],
    {
      level: "warning",
      at: ["rules[1].verbs", "rules", 1, "verbs"],
      problem:
        "this rule names payroll, other, and does not let anybody use them: it does not grant `use` (its verbs are get, list)",
      remedy: WRITE_USE,
    },
  ],
  [
    "a right to read all of another group",
    [{ ...GET, apiGroups: [""] }],
    {
      ...CORE,
      level: "warning",
      problem: 'this rule grants nothing: "" is not the API group of credential specs',
    },
  ],
  [
    "a right to read all of another group, and to use all",
    [{ ...GET, apiGroups: [""] }, USE],
    {
      ...CORE,
      level: "warning",
      problem: 'this rule grants nothing: "" is not the API group of credential specs',
    },
  ],
  [
    "a right to read one of another group",
    [{ ...GET, apiGroups: [""], resourceNames: ["payroll"] }],
    {
      ...CORE,
      level: "warning",
      problem: 'this rule grants nothing on payroll: "" is not the API group of credential specs',
    },
    {
      level: "warning",
      at: ["rules[0].verbs", "rules", 0, "verbs"],
      problem:
        "this rule names payroll, and does not let anybody use it: it does not grant `use` (its verbs are get)",
      remedy: WRITE_USE,
    },
  ],
  [
    "a verb in upper case and a group with a version",
    [
      {
        ...USE,
        apiGroups: ["windows.k8s.io/v1"],
        verbs: ["get", "Use"],
        resourceNames: ["payroll"],
      },
    ],
    {
      ...CORE,
      problem:
        'this rule grants nothing on payroll: "windows.k8s.io/v1" is not the API group of credential specs',
      fix: { path: ["rules", 0, "apiGroups", 0], edit: { kind: "value", to: "windows.k8s.io" } },
    },
    {
      at: ["rules[0].verbs", "rules", 0, "verbs"],
      problem:
        'this rule grants nothing on payroll: "Use" is not a verb: verbs are in lower case, and this one is `use`',
      remedy: WRITE_USE,
      fix: { path: ["rules", 0, "verbs", 1], edit: { kind: "value", to: "use" } },
    },
  ],
  [
    "a verb in upper case, on all",
    [{ ...USE, verbs: ["Use"] }],
    {
      at: ["rules[0].verbs", "rules", 0, "verbs"],
      problem:
        'this rule grants nothing: "Use" is not a verb: verbs are in lower case, and this one is `use`',
      remedy: WRITE_USE,
      fix: { path: ["rules", 0, "verbs", 0], edit: { kind: "value", to: "use" } },
    },
  ],
  [
    "a misspelt key",
    [{ ...USE, resourceName: ["payroll"] } as V1PolicyRule],
    {
      at: ["rules[0].resourceName", "rules", 0, "resourceName"],
      problem: "resourceName is not a field of a rule, and the API server refuses or drops it",
      remedy: "Did you mean resourceNames?",
      fix: {
        path: ["rules", 0, "resourceName"],
        edit: { kind: "key", to: "resourceNames" },
      },
    },
  ],
  [
    "a misspelt key beside the right one",
    [{ ...USE, resourceName: ["payroll"], resourceNames: ["payroll"] } as V1PolicyRule],
    {
      at: ["rules[0].resourceName", "rules", 0, "resourceName"],
      problem: "resourceName is not a field of a rule, and the API server refuses or drops it",
      remedy: "Did you mean resourceNames?",
    },
  ],
])("a role with %s", (_, rules, ...due) => {
  expect(checkRole({ rules }, { names: undefined })).toEqual(due.map(problemOf));
});

const REPLACE = "Write the name of a GMSACredentialSpec.";

test.each<[string, string[] | undefined, Pick<Due, "level" | "problem" | "remedy">?]>([
  ["payroll", undefined],
  ["payroll", ["payroll"]],
  [
    "<name>",
    ["payroll"],
    { problem: '"<name>" is a placeholder that was not replaced', remedy: REPLACE },
  ],
  [
    "your-credspec",
    ["payroll"],
    {
      level: "warning",
      problem: '"your-credspec" is a placeholder that was not replaced',
      remedy: REPLACE,
    },
  ],
  [
    "*",
    undefined,
    {
      problem: '"*" is a name like any other here, and no object can have it',
      remedy: "Remove resourceNames to grant all credential specs.",
    },
  ],
  [
    "Payroll",
    undefined,
    {
      problem: 'no GMSACredentialSpec can be named "Payroll", so this grants nothing',
      remedy: "Names are lower case letters, digits, - and .: payroll, for example.",
    },
  ],
  [
    "$",
    undefined,
    {
      problem: 'no GMSACredentialSpec can be named "$", so this grants nothing',
      remedy: "Names are lower case letters, digits, - and ..",
    },
  ],
  [
    "payroll",
    ["webapp1"],
    {
      level: "warning",
      problem: 'no GMSACredentialSpec here is named "payroll"',
      remedy: "Add it, or correct the name.",
    },
  ],
  ...["pay-roll.prod", "payroll-prod", "pay.roll.prod"].map(
    (name): [string, string[], Pick<Due, "level" | "problem" | "remedy">] => [
      name,
      ["other", "webapp1", "payroll.prod"],
      {
        level: "warning",
        problem: `no GMSACredentialSpec here is named "${name}"`,
        remedy: "Did you mean payroll.prod?",
      },
    ],
  ),
])("the name %s, where there are %j", (name, known, ...due) => {
  const at: Due["at"] = ["rules[0].resourceNames[1]", "rules", 0, "resourceNames", 1];
  const rules = [{ ...USE, resourceNames: [...(known ?? ["first"]).slice(0, 1), name] }];
  const names = known === undefined ? undefined : new Set(known);
  expect(checkRole({ rules }, { names })).toEqual(
    due.flatMap(each => (each === undefined ? [] : [problemOf({ at, ...each })])),
  );
});
