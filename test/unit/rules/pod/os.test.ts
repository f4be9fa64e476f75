import { mayTellOs, possibleFor, tellsOs } from "../../../../rules/pod/os";
import type { NodeRequirement, Possible } from "../../../../rules/pod/os";

const OS = "kubernetes.io/os";
const OLD_OS = "beta.kubernetes.io/os";
const BUILD = "node.kubernetes.io/windows-build";
const AKS = "kubernetes.azure.com/os-sku";
const GKE = "cloud.google.com/gke-os-distribution";

const ANY: Possible = { windows: true, other: true };
const WINDOWS: Possible = { windows: true, other: false };
const OTHER: Possible = { windows: false, other: true };
const NONE: Possible = { windows: false, other: false };

function requirement(key: string, operator: string, ...values: string[]): NodeRequirement {
  return { key, operator, values };
}

test.each<[string, string, string[], Possible]>([
  ...[OS, OLD_OS].flatMap((key): [string, string, string[], Possible][] => [
    [key, "In", ["windows"], WINDOWS],
    [key, "In", ["linux"], OTHER],
    [key, "In", ["windows", "linux"], ANY],
    [key, "In", ["Windows"], OTHER],
    [key, "In", [], NONE],
    [key, "NotIn", ["windows"], OTHER],
    [key, "NotIn", ["linux"], WINDOWS],
    [key, "NotIn", ["windows", "linux"], NONE],
    [key, "NotIn", ["darwin"], ANY],
    [key, "Exists", [], ANY],
    [key, "DoesNotExist", [], NONE],
    [key, "Gt", ["1"], NONE],
  ]),
  [BUILD, "In", ["10.0.20348"], WINDOWS],
  [BUILD, "Exists", [], WINDOWS],
  [BUILD, "NotIn", ["10.0.20348"], ANY],
  [BUILD, "DoesNotExist", [], OTHER],
  [BUILD, "Gt", ["10"], NONE],
  ...[AKS, GKE].flatMap((key): [string, string, string[], Possible][] => [
    [key, "In", ["windows_ltsc"], WINDOWS],
    [key, "In", ["Windows2022"], WINDOWS],
    [key, "In", ["Ubuntu"], OTHER],
    [key, "In", ["not-windows"], OTHER],
    [key, "In", ["Ubuntu", "Windows2022"], ANY],
    [key, "In", [], NONE],
    [key, "NotIn", ["Windows2022"], ANY],
    [key, "Exists", [], ANY],
  ]),
  ["agentpool", "In", ["windows"], ANY],
  ["agentpool", "DoesNotExist", [], ANY],
])("%s %s %j can be met by %j", (key, operator, values, possible) => {
  expect(possibleFor(requirement(key, operator, ...values))).toEqual(possible);
});

test.each<[string, { tells: boolean; mayTell: boolean }]>([
  ...[OS, OLD_OS, BUILD, AKS, GKE].map((key): [string, { tells: boolean; mayTell: boolean }] => [
    key,
    { tells: true, mayTell: false },
  ]),
  ...[
    "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
    "kubernetes.io/arch",
    "beta.kubernetes.io/arch",
    "node.kubernetes.io/instance-type",
  ].map((key): [string, { tells: boolean; mayTell: boolean }] => [
    key,
    { tells: false, mayTell: false },
  ]),
  ...[
    "agentpool",
    "kubernetes.io/hostname",
    "kubernetes.io/architecture",
    "node.kubernetes.io/instance-type-of-ours",
    "example.com/kubernetes.io/arch",
    "",
  ].map((key): [string, { tells: boolean; mayTell: boolean }] => [
    key,
    { tells: false, mayTell: true },
  ]),
])("label %j: %j", (key, { tells, mayTell }) => {
  expect(tellsOs(key)).toBe(tells);
  expect(mayTellOs(key)).toBe(mayTell);
});
