/** Names of credspecs that another mutating webhook puts in, after ours has seen the Pod. */
import { AdmissionregistrationV1Api } from "@kubernetes/client-node";

import type { CompletePod } from "../../testbed/objects/pods";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { describeOnOwnBed } from "../setup/own-bed";
import { eventually } from "../../testbed/objects/eventually";
import { startLaterWebhook } from "./later-webhook";
import { Objects } from "../../testbed/objects/cluster-objects";
import type { Outcome } from "../../testbed/objects/cluster-objects";
import { containerOf, podOf } from "../../testbed/objects/pods";

const NAMESPACE = "gmsa-later-webhook";
const CONTENTS = validContents();
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

// The API server of a cluster of the user's does not reach this machine's loopback address.
describeOnOwnBed("when a later webhook puts in a name", () => {
  beforeAll(async () => {
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("later", validCredspec());
    await objects.createUseRole("use-later", ["later"]);
    await objects.bindInNamespace(NAMESPACE, "use-later", {
      kind: "ServiceAccount",
      name: "default",
      namespace: NAMESPACE,
    });
    await eventually(
      () => objects.createPod(podOf(NAMESPACE, "first", { credspec: "later" }), { dryRun: true }),
      ({ admitted }) => admitted,
    );
  });

  const sidecar = containerOf("sidecar", "later");

  async function createLater(pod: CompletePod): Promise<Outcome> {
    Object.assign(pod.metadata, { labels: { later: "yes" } });
    const later = await startLaterWebhook([
      { op: "add", path: "/spec/containers/-", value: sidecar },
    ]);
    const api = bed.kubeConfig.makeApiClient(AdmissionregistrationV1Api);
    await api.createMutatingWebhookConfiguration({ body: later.configuration });
    try {
      return await eventually(
        () => objects.createPod(pod, { dryRun: true }),
        outcome =>
          !outcome.admitted ||
          outcome.pod.spec?.containers.some(c => c.name === "sidecar") === true,
      );
    } finally {
      await api.deleteMutatingWebhookConfiguration({ name: "zz-later" });
      later.stop();
    }
  }

  test("Mutate is called again, if it was called before", async () => {
    const outcome = await createLater(podOf(NAMESPACE, "gmsa", { credspec: "later" }));
    const settings = { gmsaCredentialSpecName: "later", gmsaCredentialSpec: CONTENTS };
    expect(outcome).toMatchObject({
      admitted: true,
      pod: {
        spec: {
          securityContext: { windowsOptions: settings },
          containers: [{}, { securityContext: { windowsOptions: settings } }],
        },
      },
    });
  });

  test("the Pod is refused if it named no credspec before", async () => {
    const outcome = await createLater(podOf(NAMESPACE, "plain"));
    expect(outcome).toMatchObject({
      admitted: false,
      message: expect.stringContaining('were not filled in from GMSA resource "later"') as string,
    });
  });
});
