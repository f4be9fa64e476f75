import { gmsaObjectsOf } from "../../../../rules/workload/gmsa-object";
import type { GmsaObject, ListedObject } from "../../../../rules/workload/gmsa-object";
import { ofSelected, workloadsAmong } from "../../../../rules/workload/owners";
import { listed, NAMES_WEBAPP1 } from "../../../fixtures/listed";

const options = NAMES_WEBAPP1;

function among(...objects: ListedObject[]): ReturnType<typeof workloadsAmong> {
  return workloadsAmong(objects.flatMap(object => gmsaObjectsOf(object)));
}

/** The resulting objects, as Kind/name, with the number of Pods. */
function shown(...objects: ListedObject[]): string[] {
  return among(...objects).map(({ kind, name, pods }) => `${kind}/${name}: ${pods}`);
}

describe("the workloads among all objects", () => {
  test.each([
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
    "Pod",
  ])("a %s that uses GMSA is one, by the Pod or by a container", kind => {
    const byPod = among(listed(kind, "a", { options, serviceAccountName: "web" }));
    const byContainer = among(listed(kind, "a", { containerOptions: options }));
    expect(byPod).toMatchObject([{ kind, credspecs: ["webapp1"], serviceAccount: "web" }]);
    expect(byContainer).toMatchObject([
      { kind, credspecs: ["webapp1"], serviceAccount: "default" },
    ]);
  });

  test("objects without GMSA are left out, and so are those that create no Pods", () => {
    expect(
      shown(listed("Deployment", "plain"), {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "c", namespace: "shop" },
      }),
    ).toEqual([]);
  });

  test("a Deployment stands for its ReplicaSets and Pods, and a CronJob for its Jobs and theirs", () => {
    expect(
      shown(
        listed("Pod", "web-1-a", { options, owner: ["ReplicaSet", "web-1"] }),
        listed("Pod", "web-1-b", { options, owner: ["ReplicaSet", "web-1"] }),
        listed("ReplicaSet", "web-1", { options, owner: ["Deployment", "web"], replicas: 2 }),
        listed("ReplicaSet", "web-0", { options, owner: ["Deployment", "web"], replicas: 0 }),
        listed("Deployment", "web", { options }),
        listed("Pod", "n-1-a", { options, owner: ["Job", "n-1"] }),
        listed("Job", "n-1", { options, owner: ["CronJob", "n"] }),
        listed("CronJob", "n", { options }),
      ),
    ).toEqual(["CronJob/n: 1", "Deployment/web: 2"]);
  });

  test("an object owned by something else is a workload of its own", () => {
    expect(
      shown(
        listed("ReplicaSet", "r-2", { options, owner: ["Rollout", "r"], replicas: 1 }),
        listed("ReplicaSet", "r-1", { options, owner: ["Rollout", "r"], replicas: 0 }),
        listed("Pod", "r-2-a", { options, owner: ["ReplicaSet", "r-2"] }),
        listed("Pod", "game", { options, owner: ["GameServer", "g"] }),
      ),
    ).toEqual(["Pod/game: 1", "ReplicaSet/r-2: 1"]);
  });

  test("a Rollout stands for its ReplicaSets and Pods, once it is listed", () => {
    expect(
      shown(
        listed("Rollout", "r", { options }),
        listed("ReplicaSet", "r-2", { options, owner: ["Rollout", "r"], replicas: 1 }),
        listed("ReplicaSet", "r-1", { options, owner: ["Rollout", "r"], replicas: 0 }),
        listed("Pod", "r-2-a", { options, owner: ["ReplicaSet", "r-2"] }),
      ),
    ).toEqual(["Rollout/r: 1"]);
  });

  test("kinds of one name in two groups are distinguished, and so are the objects that they own", () => {
    const rollout = listed("Rollout", "r", { options });
    const other = { ...rollout, apiVersion: "rollouts.kruise.io/v1beta1" };
    const pod = listed("Pod", "r-a", { options, owner: ["Rollout", "r"] });
    const found = among(other, rollout, pod).map(({ group, pods }) => [group, pods]);
    expect(found).toEqual([
      ["rollouts.kruise.io", 0],
      ["argoproj.io", 1],
    ]);
  });

  test("Pods count for the template with their service account", () => {
    // Like a JobSet's: templates of Jobs.
    const replicatedJobs = ["driver", "worker"].map(serviceAccountName => ({
      template: listed("Job", "", { options, serviceAccountName }),
    }));
    const set = { ...listed("JobSet", "set"), spec: { replicatedJobs } } as ListedObject;
    const worker = listed("Job", "set-worker-0", {
      ...{ options, serviceAccountName: "worker", owner: ["JobSet", "set"] },
    });
    const pod = listed("Pod", "set-worker-0-a", {
      ...{ options, serviceAccountName: "worker", owner: ["Job", "set-worker-0"] },
    });
    const another = { ...pod, metadata: { ...pod.metadata, name: "set-worker-0-b" } };
    const driver = listed("Pod", "set-driver-0-a", {
      ...{ options, serviceAccountName: "driver", owner: ["JobSet", "set"] },
    });
    const other = listed("Pod", "set-other", {
      ...{ options, serviceAccountName: "other", owner: ["JobSet", "set"] },
    });
    const found = among(set, worker, pod, another, driver, other).map(
      ({ kind, serviceAccount, pods }) => [...[kind, serviceAccount, pods]],
    );
    expect(found).toEqual([
      // Includes the Pod whose account is not in any template.
      ["JobSet", "driver", 2],
      ["JobSet", "worker", 2],
    ]);
  });

  test("objects that own each other are listed separately", () => {
    const one = listed("Deployment", "a", { options, owner: ["Deployment", "b"] });
    const other = listed("Deployment", "b", { options, owner: ["Deployment", "a"] });
    const itself = listed("Deployment", "c", { options, owner: ["Deployment", "c"] });
    const pod = listed("Pod", "p", { options, owner: ["Deployment", "a"] });
    expect(shown(one, other, itself, pod)).toEqual([
      "Deployment/a: 0",
      "Deployment/b: 0",
      "Deployment/c: 0",
      "Pod/p: 1",
    ]);
  });

  test("a revision whose Deployment no longer uses GMSA counts while it has Pods", () => {
    const old = listed("ReplicaSet", "web-0", {
      options,
      owner: ["Deployment", "web"],
      replicas: 0,
    });
    const pod = listed("Pod", "web-0-a", { options, owner: ["ReplicaSet", "web-0"] });
    const plain = listed("Deployment", "web");
    expect(shown(old, pod, plain)).toEqual(["ReplicaSet/web-0: 1"]);
    expect(shown(old, plain)).toEqual([]);
  });

  test("finished Pods and Jobs are neither counted nor shown", () => {
    const condition = { type: "Complete", status: "True" };
    expect(
      shown(
        listed("Job", "done", { options, status: { conditions: [condition] } }),
        listed("Pod", "done-a", {
          options,
          owner: ["Job", "done"],
          status: { phase: "Succeeded" },
        }),
        listed("Pod", "alone", { options, status: { phase: "Failed" } }),
        listed("Job", "running", { options }),
      ),
    ).toEqual(["Job/running: 0"]);
  });

  test("a Pod is taken as its user would create it, without the contents that were filled in", () => {
    const inlined = { gmsaCredentialSpecName: "webapp1", gmsaCredentialSpec: "{}" };
    const [pod, template] = among(
      listed("Pod", "p", { options: inlined }),
      listed("StatefulSet", "s", { options: inlined }),
    );
    expect(pod?.pod.spec?.securityContext?.windowsOptions).toEqual({
      gmsaCredentialSpecName: "webapp1",
    });
    // Written by hand in a template: these would be refused.
    expect(template?.pod.spec?.securityContext?.windowsOptions).toEqual(inlined);
  });

  test("contents without a name are kept: nothing but the user can have written them", () => {
    const contents = { gmsaCredentialSpec: "{}" };
    const [pod] = among(listed("Pod", "p", { options: contents }));
    expect(pod).toMatchObject({ credspecs: [] });
    expect(pod?.pod.spec?.securityContext?.windowsOptions).toEqual(contents);
  });

  test("Pods of built-in kinds are counted, and neither their owners nor other kinds are", () => {
    const other = { ...listed("Pod", "b", { options }), apiVersion: "example.com/v1" };
    const template = { template: { spec: other.spec } };
    expect(
      shown(listed("Pod", "a", { options }), listed("ReplicationController", "c", { options }), {
        ...other,
        spec: template as ListedObject["spec"],
      }),
    ).toEqual(["Pod/a: 1", "Pod/b: 0", "ReplicationController/c: 0"]);
  });

  test("the credential specs of a workload are sorted, each once, without contents alone", () => {
    const containers = ["b", "a", "b", ""].map(name => ({
      name: "c",
      securityContext: {
        windowsOptions: { gmsaCredentialSpecName: name, gmsaCredentialSpec: "{}" },
      },
    }));
    const pod = { ...listed("Pod", "p"), spec: { containers } as ListedObject["spec"] };
    expect(among(pod).map(({ credspecs }) => credspecs)).toEqual([["a", "b"]]);
  });

  test("an object that is neither finished nor scaled to zero is not at rest", () => {
    const owner = { kind: "ReplicaSet", name: "web-1", controller: true };
    const pod = listed("Pod", "p", { options });
    const owned = { ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } };
    expect(gmsaObjectsOf(listed("Deployment", "a", { options, replicas: 0 }))).toMatchObject([
      { atRest: false },
    ]);
    expect(gmsaObjectsOf(owned)).toMatchObject([
      { atRest: false, owner: "ReplicaSet./shop/web-1" },
    ]);
  });

  test("objects of several kinds with one name are all listed, in a stable order", () => {
    const kinds = ["StatefulSet", "Deployment", "Job"];
    const named = kinds.map(kind => listed(kind, "a", { options }));
    expect(shown(...named)).toEqual(["Deployment/a: 0", "Job/a: 0", "StatefulSet/a: 0"]);
    expect(shown(...named.reverse())).toEqual(["Deployment/a: 0", "Job/a: 0", "StatefulSet/a: 0"]);
  });

  test("a Job is at rest once it is complete or has failed, and not before", () => {
    const job = (...conditions: { type: string; status: string }[]): ListedObject =>
      listed("Job", "j", { options, status: { conditions } });
    expect(shown(job({ type: "Failed", status: "True" }))).toEqual([]);
    expect(shown(job({ type: "Complete", status: "False" }))).toEqual(["Job/j: 0"]);
    expect(shown(job({ type: "Suspended", status: "True" }))).toEqual(["Job/j: 0"]);
    expect(shown(listed("Job", "j", { options, status: {} }))).toEqual(["Job/j: 0"]);
  });

  test("an object without metadata has no name, but is still listed", () => {
    const { metadata, ...object } = listed("Deployment", "a", { options });
    expect(metadata).toBeDefined();
    expect(gmsaObjectsOf(object)).toMatchObject([{ name: "", namespace: "", owner: undefined }]);
  });

  test("nothing else of a Pod is kept", () => {
    const object = listed("Pod", "p", { options });
    const secret = { name: "PASSWORD", value: "secret" };
    Object.assign(object, { spec: { ...object.spec, containers: [{ name: "c", env: [secret] }] } });
    const [found]: GmsaObject[] = gmsaObjectsOf(object);
    expect(found).toBeDefined();
    expect(JSON.stringify(found)).not.toContain("secret");
  });
});

test("workloads are selected by the labels of the owner, together with its Pods", () => {
  const objects = [
    listed("Deployment", "web", { options }),
    listed("ReplicaSet", "web-1", { options, owner: ["Deployment", "web"] }),
    listed("Pod", "web-1-a", { options, owner: ["ReplicaSet", "web-1"] }),
    listed("Pod", "alone", { options }),
  ].map(object => {
    const labels = object.kind === "Deployment" ? { app: "web" } : { app: object.kind };
    return { ...object, metadata: { ...object.metadata, labels } };
  });
  const names = (wanted: string): string[] =>
    ofSelected(
      objects.flatMap(object => gmsaObjectsOf(object)),
      ({ app }) => app === wanted,
    ).map(({ name }) => name);
  expect(names("web")).toEqual(["web", "web-1", "web-1-a"]);
  expect(names("Pod")).toEqual(["alone"]);
  expect(names("ReplicaSet")).toEqual([]);
});
