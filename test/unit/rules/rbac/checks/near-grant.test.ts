/** How a rule relates to `use` on credential specs: each complete reading is compared. */
import type { V1PolicyRule } from "@kubernetes/client-node";

import { readRule, type RuleReading } from "../../../../../rules/rbac/checks/near-grant";
import { USE } from "../../../../fixtures/binding-case";

const TO = { apiGroups: "windows.k8s.io", resources: "gmsacredentialspecs", verbs: "use" };
const REMEDIES = {
  apiGroups: "Write apiGroups: [windows.k8s.io], without a version.",
  resources:
    "Write resources: [gmsacredentialspecs]: in lower case, in the plural, without a subresource.",
  verbs: "Write verbs: [use], the only verb that admission checks.",
};

type Part = keyof typeof TO;

/** A fault, with a correction of the value at an index if one is given. */
function fault(part: Part, problem: string, index?: number): RuleReading["faults"][number] {
  const found = { part, problem, remedy: REMEDIES[part] };
  if (index === undefined) return found;
  return { ...found, fix: { path: [part, index], edit: { kind: "value", to: TO[part] } } };
}

const notGroup = (text: string, index?: number): RuleReading["faults"][number] =>
  fault("apiGroups", `"${text}" is not the API group of credential specs`, index);
const notResource = (text: string, index?: number): RuleReading["faults"][number] =>
  fault("resources", `"${text}" is not the resource of credential specs`, index);
const notVerb = (text: string, index?: number): RuleReading["faults"][number] =>
  fault(
    "verbs",
    `"${text}" is not a verb: verbs are in lower case, and this one is \`use\``,
    index,
  );
const noUse = (verbs: string): RuleReading["faults"][number] =>
  fault("verbs", `it does not grant \`use\` (its verbs are ${verbs})`);

const GRANTS = { concerns: true, grants: true, wants: true, faults: [] };
const WANTS = { concerns: true, grants: false, wants: true };
const CONCERNS = { concerns: true, grants: false, wants: false };
const OTHER = { concerns: false, grants: false, wants: false };

test.each<[string, Partial<Record<Part, string[] | null>>, RuleReading]>([
  ["the grant", {}, GRANTS],
  [
    "the grant among others",
    {
      apiGroups: ["", "windows.k8s.io"],
      resources: ["pods", "gmsacredentialspecs"],
      verbs: ["get", "use"],
    },
    GRANTS,
  ],
  ["every verb", { verbs: ["get", "*"] }, GRANTS],
  ["every resource of the group", { resources: ["*"] }, GRANTS],
  ["the resource in every group", { apiGroups: ["*"] }, GRANTS],
  [
    "everything",
    { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
    { ...GRANTS, concerns: false, wants: false },
  ],
  ["a right to read", { verbs: ["get", "list"] }, { ...CONCERNS, faults: [noUse("get, list")] }],
  ["no verbs", { verbs: [] }, { ...CONCERNS, faults: [noUse("none")] }],
  [
    "no groups",
    { apiGroups: [] },
    { ...WANTS, faults: [fault("apiGroups", "it does not name an API group of credential specs")] },
  ],
  [
    "groups that are null",
    { apiGroups: null },
    { ...WANTS, faults: [fault("apiGroups", "it does not name an API group of credential specs")] },
  ],
  [
    "no resources",
    { resources: [] },
    { ...WANTS, faults: [fault("resources", "it does not name a resource")] },
  ],
  [
    "resources that are null",
    { resources: null },
    { ...WANTS, faults: [fault("resources", "it does not name a resource")] },
  ],
  ["another group", { apiGroups: ["apps", ""] }, { ...WANTS, faults: [notGroup("apps")] }],
  [
    "another resource of the group",
    { resources: ["nodes", "pods"] },
    { ...WANTS, faults: [notResource("nodes")] },
  ],
  [
    "another group and resource",
    { apiGroups: ["apps"], resources: ["deployments"] },
    { ...OTHER, faults: [notGroup("apps"), notResource("deployments")] },
  ],
  [
    "credentials of another group",
    { apiGroups: ["example.com"], resources: ["credentialspecs"] },
    { ...OTHER, faults: [notGroup("example.com"), notResource("credentialspecs", 0)] },
  ],
  [
    "the short name in another group",
    { apiGroups: ["example.com"], resources: ["gmsa"] },
    { ...WANTS, faults: [notGroup("example.com"), notResource("gmsa", 0)] },
  ],
  [
    "the short name in every group",
    { apiGroups: ["*"], resources: ["pods", "gmsa"] },
    { ...WANTS, faults: [notResource("gmsa", 1)] },
  ],
  [
    "other resources of every group",
    { apiGroups: ["*"], resources: ["pods"] },
    { ...OTHER, faults: [notResource("pods")] },
  ],
  [
    "every resource of a group with a version",
    { apiGroups: ["windows.k8s.io/v1"], resources: ["*"] },
    { ...WANTS, faults: [notGroup("windows.k8s.io/v1", 0)] },
  ],
  [
    "neither groups nor resources",
    { apiGroups: null, resources: null },
    {
      ...OTHER,
      faults: [
        fault("apiGroups", "it does not name an API group of credential specs"),
        fault("resources", "it does not name a resource"),
      ],
    },
  ],
  [
    "two near verbs",
    { verbs: ["get", "Using", "used"] },
    { ...WANTS, faults: [notVerb("Using", 1)] },
  ],
])("%s", (_, change, reading) => {
  expect(readRule({ ...USE, ...change } as V1PolicyRule)).toEqual(reading);
});

test.each([
  "windows.k8s.io/v1",
  "windows.k8s.io/v1/gmsacredentialspecs",
  "Windows.K8s.io",
  "window.k8s.io",
  " windows.k8s.io ",
  "*.windows.k8s.io",
  ".windows.k8s.io",
  "windows.k8s.io.",
  "windows.k8s",
  "Windows.k8s/v1",
  " auth.k8s.io",
  "*.gmsa.k8s.io",
  ".windows.kubernetes.io.",
])("the group %j is near", group => {
  const { faults } = readRule({ ...USE, apiGroups: ["", group] });
  expect(faults).toEqual([notGroup(group, 1)]);
});

test.each(["apps", "k8s.io", "policy/windows.k8s.io", "storage.k8s.io"])(
  "the group %j is another one",
  group => {
    expect(readRule({ ...USE, apiGroups: [group] }).faults).toEqual([notGroup(group)]);
  },
);

test.each([
  "GMSACredentialSpec",
  "gmsacredentialspecs/status",
  "gmsacredentialspecs.windows.k8s.io",
  " gmsacredentialspecs",
  " credspecs",
  "gmsa-credspecs",
  "gmsacredentialspecz",
  "credspec",
  "GMSAs/use",
])("the resource %j is near", resource => {
  const { faults } = readRule({ ...USE, resources: ["pods", resource] });
  expect(faults).toEqual([notResource(resource, 1)]);
});

test.each(["Use", " use", "used ", "uses", "using", "USE"])("the verb %j is near", verb => {
  expect(readRule({ ...USE, verbs: ["get", verb] }).faults).toEqual([notVerb(verb, 1)]);
});

test.each(["user", "u", "reuse"])("the verb %j is another one", verb => {
  expect(readRule({ ...USE, verbs: [verb] })).toEqual({ ...CONCERNS, faults: [noUse(verb)] });
});
