/** Pods that controllers create: they do not set their namespace, and refusals appear as events. */
import { AppsV1Api } from "@kubernetes/client-node";
import type { V1Pod } from "@kubernetes/client-node";

import { remedyFor } from "../../rules/admission/denial";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects, REFUSED_BY_WEBHOOK } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";

const NAMESPACE = "gmsa-workloads";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const apps = bed.kubeConfig.makeApiClient(AppsV1Api);
// envtest does not include a controller manager, which creates the Pods of Deployments.
const testWorkload = bed.hasControllerManager ? test : test.skip;

async function createDeployment(name: string, serviceAccount: string): Promise<void> {
  const labels = { app: name };
  await apps.createNamespacedDeployment({
    namespace: NAMESPACE,
    body: {
      metadata: { name },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: podOf(NAMESPACE, name, { serviceAccount, credspec: "workload" })
            .spec as V1Pod["spec"],
        },
      },
    },
  });
}

async function podsOf(name: string): Promise<V1Pod[]> {
  const { items } = await objects.core.listNamespacedPod({
    namespace: NAMESPACE,
    labelSelector: `app=${name}`,
  });
  return items;
}

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await objects.createCredspec("workload", validCredspec());
  await objects.createServiceAccount(NAMESPACE, "web");
  await objects.createUseRole("gmsa-workload", ["workload"]);
});

afterAll(async () => {
  await Promise.all([
    objects.deleteCredspec("workload"),
    objects.rbac.deleteClusterRole({ name: "gmsa-workload" }),
    objects.core.deleteNamespace({ name: NAMESPACE }),
  ]);
});

describe("a Deployment", () => {
  testWorkload(
    "whose Pods are refused shows why in its ReplicaSet's events, and gets them once granted",
    async () => {
      await createDeployment("refused", "web");

      const events = await eventually(
        async () => (await objects.core.listNamespacedEvent({ namespace: NAMESPACE })).items,
        items => items.some(({ reason }) => reason === "FailedCreate"),
      );
      const failed = events.find(({ reason }) => reason === "FailedCreate");
      expect(failed?.involvedObject.kind).toBe("ReplicaSet");
      expect(failed?.message).toContain(REFUSED_BY_WEBHOOK);
      // An Event contains only the sentences, so the remedy identifies the reason.
      const account = { namespace: NAMESPACE, name: "web" };
      expect(failed?.message).toContain(
        remedyFor("not authorized", { account, credspec: "workload" }),
      );
      expect(await podsOf("refused")).toEqual([]);

      await objects.bindInNamespace(NAMESPACE, "gmsa-workload", {
        kind: "ServiceAccount",
        name: "web",
        namespace: NAMESPACE,
      });
      // The ReplicaSet retries with growing delays.
      const pods = await eventually(
        () => podsOf("refused"),
        ({ length }) => length === 2,
        60_000,
      );
      expect(
        pods.map(({ spec }) => spec?.securityContext?.windowsOptions?.gmsaCredentialSpec),
      ).toEqual([validContents(), validContents()]);
    },
    90_000,
  );
});
