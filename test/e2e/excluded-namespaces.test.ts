/**
 * The policy refuses GMSA in namespaces that the webhook does not cover. The Pods meet the
 * restricted Pod Security level; otherwise pepr-system would refuse them anyway.
 */
import { namespaceExcluded } from "../../rules/admission/excluded-namespaces";
import { sentence } from "../../rules/problem";
import { attachBed } from "../setup/attach-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { containerOf, podOf, restricted } from "../../testbed/objects/pods";
import type { CompletePod } from "../../testbed/objects/pods";

const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

describe.each(["kube-system", "pepr-system"])("in namespace %s", namespace => {
  beforeAll(async () => {
    await bed.waitForServiceAccount(namespace, "default");
  });

  const contents = { windowsOptions: { gmsaCredentialSpec: "{}" } };
  const withContents = (list: string): CompletePod => {
    const pod = podOf(namespace, "p");
    const container = { ...containerOf("c"), securityContext: contents };
    Object.assign(pod.spec, list === "" ? { securityContext: contents } : { [list]: [container] });
    return pod;
  };

  test.each([
    ["the Pod names a credential spec", podOf(namespace, "p", { credspec: "x" }), "pod"],
    [
      "a container names one",
      podOf(namespace, "p", { containerCredspecs: ["x"] }),
      'container "c0"',
    ],
    ["the Pod holds contents", withContents(""), "pod"],
    ["a container holds contents", withContents("containers"), 'container "c"'],
    ["an init container holds contents", withContents("initContainers"), 'container "c"'],
  ])("a Pod is refused if %s", async (_what, pod, place) => {
    const refusal = sentence(namespaceExcluded(namespace, pod));
    expect(await objects.createPod(restricted(pod), { dryRun: true })).toMatchObject({
      admitted: false,
      message: expect.stringContaining(refusal) as string,
    });
    expect(refusal).toContain(`(${place})`);
  });

  test("an ephemeral container with GMSA is refused, one without is not", async () => {
    const pod = restricted(podOf(namespace, "gmsa-debugged"));
    await eventually(
      () => objects.createPod(pod),
      ({ admitted }) => admitted,
    );
    const add = (credspec?: string): ReturnType<Objects["addEphemeralContainers"]> =>
      objects.addEphemeralContainers({
        ...pod,
        spec: { ephemeralContainers: [containerOf("debug", credspec)] },
      });

    try {
      expect(await add("x")).toMatchObject({ admitted: false });
      expect(await add()).toMatchObject({ admitted: true });
    } finally {
      await objects.deletePod(pod.metadata);
    }
  });

  test("a Pod without GMSA is created", async () => {
    const pod = restricted(podOf(namespace, "p"));
    expect(await objects.createPod(pod, { dryRun: true })).toMatchObject({ admitted: true });
  });
});
