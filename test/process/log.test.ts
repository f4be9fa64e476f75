/** What Pods carry is in no log line, at the most talkative level. */
import type { Bed } from "../cluster/bed";
import { validCredspec } from "../fixtures/valid-credspec";
import { eventually } from "../e2e/eventually";
import { podOf } from "../e2e/pods";
import { WebhookClient, reviewOf } from "./admission-review";
import { onlyReplica, startWebhookBed } from "./webhook-bed";
import { describeOnOwnBed } from "../setup/own-bed";

let bed: Bed;
let client: WebhookClient;

beforeAll(async () => {
  const started = await startWebhookBed();
  ({ bed } = started);
  await bed.kubectl(["set", "env", "-n", "pepr-system", "deployment/pepr-gmsa", "LOG_LEVEL=debug"]);
  await bed.controllers?.rollout();
  client = new WebhookClient({ ...started.address, ...onlyReplica(bed).address });
}, 300_000);

afterAll(async () => {
  client.close();
  await bed.stop();
});

describeOnOwnBed("the log", () => {
  test("at level debug, requests are logged and what Pods carry is not", async () => {
    await bed.createNamespace("gmsa-log");
    await bed.kubectl(["apply", "-f", "-"], {
      stdin: JSON.stringify({
        apiVersion: "windows.k8s.io/v1",
        kind: "GMSACredentialSpec",
        metadata: { name: "logged" },
        credspec: validCredspec("hidden-contents"),
      }),
    });
    const pod = podOf("gmsa-log", "logged", { serviceAccount: "default", credspec: "logged" });
    Object.assign(pod.metadata, { annotations: { note: "hidden-annotation" } });
    Object.assign(pod.spec.containers?.[0] ?? {}, {
      env: [{ name: "PASSWORD", value: "hidden-environment" }],
    });
    const before = onlyReplica(bed).logs().length;

    const { patch } = await client.review("mutate", reviewOf({ pod }));
    const { allowed } = await client.review("validate", reviewOf({ pod, oldPod: pod }));
    const refused = await client.review("validate", reviewOf({ pod }));

    expect(Buffer.from(patch ?? "", "base64").toString()).toContain("hidden-contents");
    expect(allowed).toBe(true);
    expect(refused.allowed).toBe(false);
    // A program's output arrives after its answer.
    const log = await eventually(
      () => Promise.resolve(onlyReplica(bed).logs().slice(before)),
      text => text.includes(`"uid":"${refused.uid}","method":"POST"`),
    );
    expect(log).toContain("Incoming request body");
    expect(log).toContain("Patches generated");
    expect(log).toContain("Outgoing response");
    expect(log).toContain('"reasons":["not authorized"]');
    expect(log).not.toContain("hidden");
    // Base64 of any part of a patch would begin like this.
    expect(log).not.toContain(Buffer.from('[{"op":').toString("base64").slice(0, 8));
  });
});
