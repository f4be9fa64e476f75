/** Changes to a credential spec never affect requests for Pods that already run. */
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { containerOf, podOf } from "../../testbed/objects/pods";

const NAMESPACE = "gmsa-running";
const CREDSPEC = "running";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const running = podOf(NAMESPACE, "running", { serviceAccount: "web", credspec: CREDSPEC });

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await objects.createCredspec(CREDSPEC, validCredspec("first"));
  await objects.createGrantedAccount(NAMESPACE, "web", {
    role: "gmsa-running",
    credspecs: [CREDSPEC],
  });
  await eventually(
    () => objects.createPod(running),
    ({ admitted }) => admitted,
  );
});

afterAll(async () => {
  await Promise.all([
    objects.rbac.deleteClusterRole({ name: "gmsa-running" }),
    objects.core.deleteNamespace({ name: NAMESPACE }),
  ]);
});

describe("a running Pod", () => {
  test("keeps its contents when the credential spec changes, and can be updated; a new Pod gets the new contents", async () => {
    await objects.changeCredspec(CREDSPEC, validCredspec("second"));

    const labelled = await objects.updatePod(running.metadata, pod => {
      Object.assign(pod.metadata ?? {}, { labels: { a: "b" } });
    });
    expect(labelled).toMatchObject({
      admitted: true,
      pod: {
        spec: {
          securityContext: { windowsOptions: { gmsaCredentialSpec: validContents("first") } },
        },
      },
    });
    const next = podOf(NAMESPACE, "next", { serviceAccount: "web", credspec: CREDSPEC });
    await eventually(
      () => objects.createPod(next, { dryRun: true }),
      outcome =>
        outcome.admitted &&
        outcome.pod.spec?.securityContext?.windowsOptions?.gmsaCredentialSpec ===
          validContents("second"),
      5000,
    );
  });

  test.each([
    ["its name", { gmsaCredentialSpecName: "other" }],
    ["its contents", { gmsaCredentialSpec: "{}" }],
  ])("cannot change %s", async (_what, change) => {
    const outcome = await objects.updatePod(running.metadata, pod => {
      Object.assign(pod.spec?.securityContext?.windowsOptions ?? {}, change);
    });
    expect(outcome).toMatchObject({ admitted: false, code: 422 });
  });

  test("works without credential spec and grant: status, labels, finalizers, a debug container, and its deletion", async () => {
    await objects.deleteCredspec(CREDSPEC);
    await objects.rbac.deleteNamespacedRoleBinding({ namespace: NAMESPACE, name: "gmsa-running" });
    const next = podOf(NAMESPACE, "next", { serviceAccount: "web", credspec: CREDSPEC });
    await eventually(
      () => objects.createPod(next, { dryRun: true }),
      ({ admitted }) => !admitted,
      5000,
    );

    const status = await bed.kubectl([
      ...["patch", "pod", "running", "-n", NAMESPACE, "--subresource=status", "--type=merge"],
      ...["-p", '{"status":{"reason":"Tested"}}'],
    ]);
    expect(status.stdout).toContain("patched");
    const labelled = await objects.updatePod(running.metadata, pod => {
      Object.assign(pod.metadata ?? {}, { labels: { c: "d" }, finalizers: ["example.com/hold"] });
    });
    expect(labelled).toMatchObject({ admitted: true });
    const debugged = await objects.addEphemeralContainers({
      ...running,
      spec: { ephemeralContainers: [containerOf("debug")] },
    });
    expect(debugged).toMatchObject({ admitted: true });

    await objects.deletePod(running.metadata);
    const released = await objects.updatePod(running.metadata, pod => {
      Object.assign(pod.metadata ?? {}, { finalizers: [] });
    });
    expect(released).toMatchObject({ admitted: true });
    const { stdout } = await bed.kubectl(["get", "pods", "-n", NAMESPACE, "-o", "name"]);
    expect(stdout.trim()).toBe("");
  });
});
