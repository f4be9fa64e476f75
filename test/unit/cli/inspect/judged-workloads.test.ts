import { judgeAll } from "../../../../cli/inspect/judged-workloads";
import type { Cluster, CredspecLookup } from "../../../../rules/credspec/cluster";
import type { Workload } from "../../../../rules/workload/owners";

const WORKLOAD: Workload = {
  ...{ group: "apps", kind: "Deployment", namespace: "shop", name: "web", serviceAccount: "web" },
  ...{ credspecs: ["payroll"], pods: 0 },
  pod: { spec: { securityContext: { windowsOptions: { gmsaCredentialSpecName: "payroll" } } } },
};
const FOUND: CredspecLookup = {
  outcome: "found",
  credspec: { value: { a: 1 }, contents: '{"a":1}' },
};

function clusterWith(credspec: CredspecLookup): Cluster {
  return {
    readCredspec: () => Promise.resolve(credspec),
    mayUse: () => Promise.resolve({ outcome: "denied", reason: "" }),
  };
}

// Admission hides this from the account, but an administrator may know.
test.each<[string, CredspecLookup, string[]]>([
  ["exists", FOUND, ["not authorized"]],
  ["does not exist", { outcome: "absent" }, ["not authorized", "no such credspec"]],
  ["has no contents", { outcome: "no credspec key" }, ["not authorized", "no credspec key"]],
  ["cannot be read", { outcome: "failed", why: "403" }, ["not authorized", "cluster failed"]],
])("without a grant, for a credential spec that %s", async (_, credspec, due) => {
  const context = { cluster: clusterWith(credspec), isExcluded: () => false };
  const [judged] = await judgeAll([WORKLOAD], context);
  expect(judged?.admission).toBe("refused");
  expect(judged?.refusals.map(({ reason }) => reason)).toEqual(due);
});
