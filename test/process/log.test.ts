/** No log line contains the contents of Pods, even at the most verbose level. */
import type { Bed } from "../../testbed/bed/bed";
import { credspecObject } from "../../testbed/objects/credspec-object";
import type { CompletePod } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { eventually } from "../../testbed/objects/eventually";
import { containerOf, podOf } from "../../testbed/objects/pods";
import { WebhookClient, reviewOf } from "../support/admission-review";
import { onlyReplica, startWebhookBed } from "../support/webhook-bed";
import { describeOnOwnBed } from "../setup/own-bed";
import { withHiddenText } from "./hidden-text";

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

/** In YAML, because `kubectl create clusterrole` does not know the verb `use` for this resource. */
async function grantUse(credspec: string, account: string): Promise<void> {
  const group = "rbac.authorization.k8s.io";
  const rule = {
    apiGroups: ["windows.k8s.io"],
    resources: ["gmsacredentialspecs"],
    verbs: ["use"],
    resourceNames: [credspec],
  };
  const role = { kind: "Role", metadata: { name: "use-logged" }, rules: [rule] };
  const binding = {
    kind: "RoleBinding",
    metadata: { name: "use-logged" },
    roleRef: { apiGroup: group, kind: "Role", name: "use-logged" },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: "gmsa-log" }],
  };
  for (const object of [role, binding]) {
    await bed.kubectl(["apply", "-n", "gmsa-log", "-f", "-"], {
      stdin: JSON.stringify({ apiVersion: `${group}/v1`, ...object }),
    });
  }
}

describeOnOwnBed("the log", () => {
  test("at level debug, requests are logged, but not the contents of Pods", async () => {
    await bed.createNamespace("gmsa-log");
    await bed.kubectl(["apply", "-f", "-"], {
      stdin: JSON.stringify(credspecObject("logged", validCredspec("hidden-contents"))),
    });
    await grantUse("logged", "granted");
    const [pod, ungranted] = ["granted", "default"].map(serviceAccount => {
      const made = podOf("gmsa-log", "logged", { serviceAccount, credspec: "logged" });
      made.spec.containers?.push(containerOf("named-in-sentences", "logged"));
      return withHiddenText(made);
    }) as [CompletePod, CompletePod];
    const before = onlyReplica(bed).logs().length;

    // Only authorised accounts get contents, and the authorizer sees the grant a moment later.
    const { patch } = await eventually(
      () => client.review("mutate", reviewOf({ pod })),
      answer => answer.patch !== undefined,
    );
    const { allowed } = await client.review("validate", reviewOf({ pod, oldPod: pod }));
    const refused = await client.review("validate", reviewOf({ pod: ungranted }));

    expect(Buffer.from(patch ?? "", "base64").toString()).toContain("hidden-contents");
    expect(allowed).toBe(true);
    expect(refused.allowed).toBe(false);
    // A process's output can arrive after its answer.
    const log = await eventually(
      () => Promise.resolve(onlyReplica(bed).logs().slice(before)),
      text =>
        text
          .split("\n")
          .some(line => line.includes(refused.uid) && line.includes("Outgoing response")),
    );
    expect(log).toContain("Incoming request body");
    expect(log).toContain("Patches generated");
    expect(log).toContain("Outgoing response");
    expect(log).toContain('"reasons":["not authorized"]');
    expect(log).not.toContain("hidden");
    // The sentences of the refusal name containers.
    expect(log).toContain("named-in-sentences");
    // The base64 encoding of any patch begins like this.
    expect(log).not.toContain(Buffer.from('[{"op":').toString("base64").slice(0, 8));
  });
});
