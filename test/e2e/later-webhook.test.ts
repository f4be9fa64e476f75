/** Credential spec names that another mutating webhook adds after ours has seen the Pod. */
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
import { cause, NAME } from "../support/refusals";

const NAMESPACE = "gmsa-later-webhook";
const CONTENTS = validContents();
/** Status of the API server's own validation errors. */
const INVALID = 422;
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

// The API server of a user's cluster cannot reach this machine's loopback address.
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

  const ADDS_SIDECAR = [{ op: "add", path: "/spec/containers/-", value: sidecar }];

  async function createLater(pod: CompletePod, patch = ADDS_SIDECAR as object[]): Promise<Outcome> {
    Object.assign(pod.metadata, { labels: { later: "yes" } });
    const later = await startLaterWebhook(patch);
    const api = bed.kubeConfig.makeApiClient(AdmissionregistrationV1Api);
    await api.createMutatingWebhookConfiguration({ body: later.configuration });
    try {
      return await eventually(
        () => objects.createPod(pod, { dryRun: true }),
        // Until the API server calls the later webhook, the sidecar, and perhaps the container, is
        // missing.
        outcome =>
          outcome.admitted
            ? outcome.pod.spec?.containers.some(c => c.name === "sidecar") === true
            : outcome.code !== INVALID,
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

  test("the Pod is refused if it named no credential spec before", async () => {
    const outcome = await createLater(podOf(NAMESPACE, "plain"));
    expect(outcome).toMatchObject({
      admitted: false,
      causes: [cause("ContentsNotInlined", `spec.containers[1].${NAME}`, "later")],
    });
  });

  describe("that adds all containers", () => {
    const withoutContainers = (name: string, containers?: null): CompletePod => {
      const pod = podOf(NAMESPACE, name);
      return { ...pod, spec: { ...pod.spec, containers } as CompletePod["spec"] };
    };

    const PLAIN = {};
    const ownWords = expect.stringContaining("spec.containers: Required value") as string;

    test.each([
      ["without a list", undefined],
      ["with null for a list", null],
    ])("a Pod %s is refused by the API server itself", async (_what, containers) => {
      const pod = withoutContainers("none", containers);
      Object.assign(pod.spec, { initContainers: [containerOf("init")] });
      expect(await objects.createPod(pod, { dryRun: true })).toMatchObject({
        admitted: false,
        message: ownWords,
      });
    });

    test.each([
      ["where the webhook looks", NAMESPACE],
      ["where only the policy does", "kube-system"],
    ])(
      "two containers of one name are refused before either is asked, %s",
      async (_what, space) => {
        const pod = podOf(space, "twice");
        const named = containerOf("app", "no-such-credspec");
        Object.assign(pod.spec, { containers: [named, named] });
        expect(await objects.createPod(pod, { dryRun: true })).toMatchObject({
          admitted: false,
          code: INVALID,
          message: expect.stringContaining(
            'spec.containers[1].name: Duplicate value: "app"',
          ) as string,
        });
      },
    );

    test.each([
      ["names no credential spec", PLAIN, {}],
      [
        "names one",
        { securityContext: { windowsOptions: { gmsaCredentialSpecName: "later" } } },
        {
          securityContext: {
            windowsOptions: { gmsaCredentialSpecName: "later", gmsaCredentialSpec: CONTENTS },
          },
        },
      ],
    ])("a Pod that %s is created with those it gets", async (_what, spec, due) => {
      const pod = withoutContainers("filled");
      Object.assign(pod.spec, spec);
      const value = [spec === PLAIN ? containerOf("sidecar") : sidecar];
      const patch = [{ op: "add", path: "/spec/containers", value }];
      expect(await createLater(pod, patch)).toMatchObject({
        admitted: true,
        pod: { spec: { ...due, containers: [{ name: "sidecar" }] } },
      });
    });
  });
});
