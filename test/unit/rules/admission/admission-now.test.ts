import { admit } from "../../../../rules/admission/review";
import type { Cluster } from "../../../../rules/credspec/cluster";
import { judgeAll } from "../../../../cli/inspect/judged-workloads";
import type { JudgedWorkload } from "../../../../cli/inspect/state";
import { gmsaObjectsOf } from "../../../../rules/workload/gmsa-object";
import type { ListedObject } from "../../../../rules/workload/gmsa-object";
import { workloadsAmong } from "../../../../rules/workload/owners";
import { fixtureCluster } from "../../../support/fixture-cluster";
import { listed, NAMES_WEBAPP1 } from "../../../fixtures/listed";

/** May use webapp1 in the fixture cluster. */
const ACCOUNT = "web";

async function judged(
  object: ListedObject,
  cluster: Cluster = fixtureCluster({}),
  excluded: string[] = [],
): Promise<JudgedWorkload | undefined> {
  const workloads = workloadsAmong(gmsaObjectsOf(object));
  const isExcluded = (namespace: string): boolean => excluded.includes(namespace);
  return (await judgeAll(workloads, { cluster, isExcluded }))[0];
}

describe("admission now", () => {
  const named = NAMES_WEBAPP1;
  const deployment = listed("Deployment", "web", { options: named, serviceAccountName: ACCOUNT });

  test("an account with a grant gets in, and nothing of the Pod is in the answer", async () => {
    const result = await judged(deployment);
    expect(result).toMatchObject({ admission: "admitted", refusals: [] });
    expect(result).not.toHaveProperty("pod");
  });

  test.each<[string, ListedObject, string]>([
    ["without a grant", listed("Job", "j", { options: named }), "not authorized"],
    [
      "with contents written by hand",
      listed("StatefulSet", "s", {
        containerOptions: { ...named, gmsaCredentialSpec: "{}" },
        serviceAccountName: ACCOUNT,
      }),
      "contents differ",
    ],
    [
      "with contents and no name",
      listed("DaemonSet", "d", { options: { gmsaCredentialSpec: "{}" } }),
      "contents without name",
    ],
  ])("one %s is refused, with a remedy", async (_what, object, reason) => {
    const result = await judged(object);
    expect(result?.admission).toBe("refused");
    expect(result?.refusals).toMatchObject([{ reason }]);
    expect(result?.refusals[0]?.remedy).toMatch(/^[A-Z].*\.$/);
  });

  test("where the policy refuses GMSA, nothing else matters", async () => {
    expect(await judged(deployment, undefined, ["shop"])).toMatchObject({
      admission: "refused",
      refusals: [{ reason: "namespace excluded", remedy: "Use another namespace." }],
    });
  });

  test("where the policy refuses GMSA, a Pod without it gets in", async () => {
    const isExcluded = (): boolean => true;
    const pod = { namespace: "shop", serviceAccount: "web", pod: { spec: { containers: [] } } };
    expect((await admit(pod, { cluster: fixtureCluster({}), isExcluded })).refusals).toEqual([]);
  });

  test("a workload with several templates is one, refused for each of them once", async () => {
    const template = listed("Job", "", { options: named });
    const granted = listed("Job", "", { options: named, serviceAccountName: ACCOUNT });
    const set = {
      ...listed("JobSet", "set"),
      spec: { jobs: [template, template, granted].map(({ spec }) => spec) },
    } as ListedObject;
    const isExcluded = (): boolean => false;
    const context = { cluster: fixtureCluster({}), isExcluded };
    const rows = await judgeAll(workloadsAmong(gmsaObjectsOf(set)), context);
    expect(
      rows.map(({ serviceAccount, admission, refusals, credspecs }) => [
        ...[serviceAccount, admission, refusals.length, credspecs],
      ]),
    ).toEqual([
      ["default", "refused", 1, ["webapp1"]],
      [ACCOUNT, "admitted", 0, ["webapp1"]],
    ]);
  });

  test("facts that the API server does not return are unknown", async () => {
    expect(await judged(deployment, fixtureCluster({ mayUse: "no answer" }))).toMatchObject({
      admission: "unknown",
      refusals: [
        { reason: "cluster failed", problem: expect.stringContaining("no answer") as string },
      ],
    });
  });
});
