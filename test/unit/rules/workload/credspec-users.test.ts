/** The warning for deleting a credential spec. */
import { CredspecTally, describeDeletion } from "../../../../rules/workload/credspec-users";
import { gmsaObjectsOf } from "../../../../rules/workload/gmsa-object";
import type { ListedObject } from "../../../../rules/workload/gmsa-object";
import { listed, NAMES_WEBAPP1 } from "../../../fixtures/listed";

const options = NAMES_WEBAPP1;

function elsewhere(object: ListedObject, namespace: string): ListedObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

function tallyOf(...objects: ListedObject[]): CredspecTally {
  const tally = new CredspecTally();
  for (const object of objects.flatMap(each => gmsaObjectsOf(each))) {
    tally.add(object);
  }
  return tally;
}

function said(...objects: ListedObject[]): string[] {
  return describeDeletion("webapp1", { users: tallyOf(...objects).usersOf("webapp1") });
}

describe("the users of a credential spec", () => {
  test("is counted, with the names of some workloads", () => {
    expect(
      said(
        ...["a", "b", "c", "d"].map(name =>
          listed("Pod", name, { options, owner: ["ReplicaSet", "web-1"] }),
        ),
        // The order of the lists does not matter.
        listed("CronJob", "nightly", { options }),
        elsewhere(listed("DaemonSet", "agent", { options }), "system"),
        listed("StatefulSet", "db", { options }),
        listed("Deployment", "web", { options }),
        listed("Deployment", "plain"),
        listed("Deployment", "other", { options: { gmsaCredentialSpecName: "webapp2" } }),
      ),
    ).toEqual([
      '4 Pods and 4 workloads in 2 namespaces use GMSA cred spec "webapp1" (shop/Deployment web, shop/StatefulSet db, system/DaemonSet agent, …): running Pods keep running, new ones are refused from now on, until it exists again.',
    ]);
  });

  const container = { name: "c", securityContext: { windowsOptions: options } };

  test.each([
    ["the Pod", { securityContext: { windowsOptions: options } }],
    ["a container", { containers: [container] }],
    ["an init container", { initContainers: [container] }],
    ["an ephemeral container", { ephemeralContainers: [container] }],
    ["several places, once", { ...container, containers: [container, container] }],
  ])("counts when %s names it", (_place, spec) => {
    const pod = { ...listed("Pod", "p"), spec: spec as ListedObject["spec"] };
    expect(said(pod)).toEqual([
      '1 Pod in 1 namespace uses GMSA cred spec "webapp1" (shop/Pod p): running Pods keep running, new ones are refused from now on, until it exists again.',
    ]);
  });

  test("is named by its Pods where their owner is not known", () => {
    const pods = ["a", "b"].map(name =>
      listed("Pod", name, { options, owner: ["ReplicaSet", "of-an-operator"] }),
    );
    expect(said(...pods)[0]).toMatch(
      /^2 Pods in 1 namespace use .* \(shop\/Pod a, shop\/Pod b\): /,
    );
  });

  test.each([
    [3, 0, "shop/Pod 0, shop/Pod 1, shop/Pod 2"],
    [4, 0, "shop/Pod 0, shop/Pod 1, shop/Pod 2, …"],
    [4, 1, "shop/Deployment 0"],
    [1, 3, "shop/Deployment 0, shop/Deployment 1, shop/Deployment 2"],
    [1, 4, "shop/Deployment 0, shop/Deployment 1, shop/Deployment 2, …"],
  ])("of %i Pods and %i workloads, the first are named: %s", (pods, workloads, names) => {
    const many = (kind: string, count: number): ListedObject[] =>
      Array.from({ length: count }, (_, index) => listed(kind, String(index), { options }));
    const [sentence] = said(...many("Pod", pods), ...many("Deployment", workloads));
    expect(/\((.*)\)/.exec(sentence ?? "")?.[1]).toBe(names);
  });

  test("a CronJob represents its Jobs; objects with any other owner count themselves", () => {
    const tally = tallyOf(
      listed("CronJob", "nightly", { options }),
      listed("Job", "nightly-1", { options, owner: ["CronJob", "nightly"] }),
      listed("Job", "step", { options, owner: ["Workflow", "w"] }),
      listed("Deployment", "web", { options, owner: ["Website", "w"] }),
    );
    expect(tally.usersOf("webapp1")).toEqual({
      pods: 0,
      workloads: 3,
      namespaces: 1,
      examples: ["shop/Deployment web", "shop/CronJob nightly", "shop/Job step"],
    });
  });

  test("finished Pods and Jobs do not count", () => {
    const complete = { conditions: [{ type: "Complete", status: "True" }] };
    expect(
      said(
        listed("Job", "done", { options, status: complete }),
        listed("Pod", "done-1", { options, status: { phase: "Succeeded" } }),
        listed("Pod", "broken", { options, status: { phase: "Failed" } }),
      ),
    ).toEqual([]);
  });

  test("contents without a name belong to no credential spec", () => {
    const byHand = listed("Pod", "p", { options: { gmsaCredentialSpec: "{}" } });
    expect(tallyOf(byHand).usersOf("").pods).toBe(0);
  });
});

describe("where not everything is known", () => {
  const WITHOUT_COUNT =
    'Pods that name GMSA cred spec "webapp1" are refused from now on, until it exists again; `gmsa status -A` lists their workloads.';
  const missing = "there was not enough time for all pods";

  test("uses were not counted", () => {
    expect(describeDeletion("webapp1")).toEqual([WITHOUT_COUNT]);
  });

  test("nothing was found in time, although there may be uses", () => {
    const users = tallyOf().usersOf("webapp1");
    expect(describeDeletion("webapp1", { users, missing })).toEqual([WITHOUT_COUNT]);
  });

  test("the uses found in time are a lower bound", () => {
    const users = tallyOf(listed("Deployment", "web", { options })).usersOf("webapp1");
    expect(describeDeletion("webapp1", { users, missing })[0]).toMatch(
      /^At least 1 workload in 1 namespace uses GMSA cred spec/,
    );
  });
});
