/** Pods without GMSA are not even sent to the webhook. */
import type { V1Pod } from "@kubernetes/client-node";

import { attachBed } from "../setup/attach-bed";
import { Objects } from "../../testbed/objects/cluster-objects";
import { containerOf, podOf } from "../../testbed/objects/pods";
import { webhookCalls } from "./webhook-calls";

const NAMESPACE = "gmsa-plain";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
});

afterAll(async () => {
  await objects.core.deleteNamespace({ name: NAMESPACE });
});

describe("a Pod without GMSA", () => {
  test("is created, updated and deleted without asking the webhook, and not changed", async () => {
    const before = await webhookCalls(bed, "pepr-gmsa.pepr.dev");
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
    expect(await webhookCalls(bed, "pepr-gmsa.pepr.dev")).toBe(before);
  });

  test("the count above can change: a GMSA Pod is shown to both webhooks", async () => {
    const before = await webhookCalls(bed, "pepr-gmsa.pepr.dev");
    await objects.createPod(podOf(NAMESPACE, "gmsa", { credspec: "any" }), { dryRun: true });
    expect(await webhookCalls(bed, "pepr-gmsa.pepr.dev")).toBe(before + 2);
  });
});
