/** Pods without GMSA are not even sent to the webhook. */
import type { V1Pod } from "@kubernetes/client-node";

import { attachBed } from "../setup/attach-bed";
import { Objects } from "../../testbed/objects/cluster-objects";
import { containerOf, podOf } from "../../testbed/objects/pods";
import { webhookCalls, type WebhookName } from "./webhook-calls";

const NAMESPACE = "gmsa-plain";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

/** Every webhook of the installation. */
const WEBHOOKS: readonly WebhookName[] = [
  "pepr-gmsa.pepr.dev",
  "credspecs.pepr-gmsa.pepr.dev",
  "workloads.pepr-gmsa.pepr.dev",
];

function calls(): Promise<number[]> {
  return Promise.all(WEBHOOKS.map(name => webhookCalls(bed, name)));
}

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
});

afterAll(async () => {
  await objects.core.deleteNamespace({ name: NAMESPACE });
});

describe("a Pod without GMSA", () => {
  test("the API server has these webhooks and no others", async () => {
    const { stdout } = await bed.kubectl([
      ...["get", "mutatingwebhookconfigurations,validatingwebhookconfigurations"],
      ...["-o", "jsonpath={.items[*].webhooks[*].name}"],
    ]);
    expect([...new Set(stdout.split(" "))].sort()).toEqual([...WEBHOOKS].sort());
  });

  test("is created, updated and deleted without asking the webhook, and not changed", async () => {
    const before = await calls();
    const pod = podOf(NAMESPACE, "plain");
    const linux = podOf(NAMESPACE, "other-windows-options");
    Object.assign(linux.spec, {
      securityContext: { windowsOptions: { runAsUserName: "ContainerUser" } },
      initContainers: [containerOf("init")],
    });

    const outcomes = [await objects.createPod(pod), await objects.createPod(linux)];
    const labelled = await objects.updatePod(pod.metadata, (stored: V1Pod) => {
      Object.assign(stored.metadata ?? {}, { labels: { a: "b" } });
    });
    const debugged = await objects.addEphemeralContainers({
      ...pod,
      spec: { ephemeralContainers: [containerOf("debug")] },
    });
    await objects.deletePod(pod.metadata);

    expect([...outcomes, labelled, debugged].map(({ admitted }) => admitted)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(
      outcomes.flatMap(o => (o.admitted ? Object.keys(o.pod.metadata?.annotations ?? {}) : [])),
    ).toEqual([]);
    expect(await calls()).toEqual(before);
  });

  test("the count above can change: a GMSA Pod is sent to Mutate and Validate", async () => {
    const [ofPods = 0, ...others] = await calls();
    await objects.createPod(podOf(NAMESPACE, "gmsa", { credspec: "any" }), { dryRun: true });
    expect(await calls()).toEqual([ofPods + 2, ...others]);
  });

  test("with an annotation like those of Kubernetes 1.14, only the one that warns sees it", async () => {
    const [ofPods = 0, ofCredspecs = 0, ofWorkloads = 0] = await calls();
    const pod = podOf(NAMESPACE, "annotated");
    Object.assign(pod.metadata, {
      annotations: { "pod.alpha.windows.kubernetes.io/gmsa-credential-spec-name": "any" },
    });
    expect(await objects.createPod(pod, { dryRun: true })).toMatchObject({ admitted: true });
    expect(await calls()).toEqual([ofPods, ofCredspecs, ofWorkloads + 1]);
  });
});
