/** Attempts to bypass the checks with an existing Pod, and through controllers. */
import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";

import type { StatusCause } from "../../rules/admission/causes";
import { remedyFor } from "../../rules/admission/denial";
import { REFUSED_BY_WEBHOOK } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { podOf } from "../../testbed/objects/pods";
import { validContents } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { cause, CONTENTS, NAME } from "../support/refusals";
import { AttemptWorld, type Attempt } from "./attempts";

const NAMESPACE = "gmsa-attempts-2";
const bed = attachBed();
const world = new AttemptWorld(bed, NAMESPACE);
const { objects, credspec: CREDSPEC } = world;
const core = bed.kubeConfig.makeApiClient(CoreV1Api);
// envtest does not include a controller manager, which creates the Pods of Jobs and other
// workloads.
const describeWorkloads = bed.hasControllerManager ? describe : describe.skip;
const FORGED = JSON.stringify({ ...JSON.parse(validContents()), CmsPlugins: [] });
const JSON_PATCH = "application/json-patch+json";

const OF_DEBUGGER = "spec.ephemeralContainers[0]";
const notAuthorized = (field: string): StatusCause =>
  cause("NotAuthorized", field, "default", CREDSPEC);
const debugger_ = (contents?: string): object => ({
  ...{ name: "debug", image: "image", securityContext: world.naming(contents) },
});

/**
 * Creates the Pods `plain` without GMSA, `named` with it, and `ending`, which waits for its
 * finalizer.
 */
async function createPods(): Promise<void> {
  const ending = podOf(NAMESPACE, "ending");
  Object.assign(ending.metadata, { finalizers: ["example.com/hold"] });
  const named = podOf(NAMESPACE, "named", { serviceAccount: "granted", credspec: CREDSPEC });
  for (const pod of [podOf(NAMESPACE, "plain"), ending, named]) {
    expect(await objects.createPod(pod)).toMatchObject({ admitted: true });
  }
  await core.deleteNamespacedPod({ name: "ending", namespace: NAMESPACE, gracePeriodSeconds: 600 });
}

beforeAll(async () => {
  await world.setUp();
  await createPods();
});

afterAll(async () => {
  await objects.updatePod(podOf(NAMESPACE, "ending").metadata, pod => {
    Object.assign(pod.metadata ?? {}, { finalizers: [] });
  });
  await world.tearDown();
});

/** Sends the current Pod with a change to one of its subresources. */
async function put(name: string, subresource: string, spec: object): Promise<Attempt["request"]> {
  const pod = await core.readNamespacedPod({ name, namespace: NAMESPACE });
  Object.assign(pod.spec ?? {}, spec);
  const body = JSON.stringify(pod);
  return { method: "PUT", path: `${world.pods}/${name}/${subresource}`, body };
}

describe("attempts with an existing Pod", () => {
  test.each([
    ["ephemeralcontainers", "the write takes the rest of the Pod along"],
    ["resize", "the write takes the rest of the Pod along"],
    ["status", "the write takes the rest of the Pod along"],
  ])("a Pod with settings sent to %s, hoping that %s: they are not stored", async subresource => {
    const { status } = await world.send(
      await put("plain", subresource, { securityContext: world.naming(FORGED) }),
    );
    // Before Kubernetes 1.33, resize is not served.
    expect([200, 404, 422]).toContain(status);
    expect(await world.storedPlaces()).toBe(1);
  });

  test("a binding with annotations, hoping that they are read after the check: nothing is added", async () => {
    await core.createNamespacedPod({
      namespace: NAMESPACE,
      body: podWithoutGate("bound"),
    });
    const { status } = await world.send({
      method: "POST",
      path: `${world.pods}/bound/binding`,
      body: JSON.stringify({
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name: "bound", annotations: { "gmsa.pepr.dev/secure-channel": "true" } },
        target: { kind: "Node", name: "none" },
      }),
    });
    expect(status).toBe(201);
    const { spec } = await core.readNamespacedPod({ name: "bound", namespace: NAMESPACE });
    expect(spec?.containers[0]?.lifecycle).toBeUndefined();
    expect(await world.storedPlaces()).toBe(1);
  });

  test.each<[string, string, string | undefined, StatusCause]>([
    [
      "a Pod that is ending, hoping that what goes is not checked",
      "ending",
      undefined,
      notAuthorized(`${OF_DEBUGGER}.${NAME}`),
    ],
    [
      "a Pod that has GMSA, hoping that its account is trusted",
      "named",
      FORGED,
      cause("ContentsDiffer", `${OF_DEBUGGER}.${CONTENTS}`, CREDSPEC),
    ],
    [
      "a Pod that has GMSA, right contents, hoping that a grant lasts",
      "plain",
      validContents(),
      notAuthorized(`${OF_DEBUGGER}.${NAME}`),
    ],
  ])("an ephemeral container in %s: refused", async (_what, name, contents, refused) => {
    const { status, causes } = await world.send(
      await put(name, "ephemeralcontainers", { ephemeralContainers: [debugger_(contents)] }),
    );
    expect({ status, causes }).toEqual({ status: 403, causes: [refused] });
    expect(await world.storedPlaces()).toBe(1);
  });

  test.each<[string, string, object[]]>([
    [
      "copied to a container",
      "an update checks only what is new",
      [{ op: "copy", from: "/spec/securityContext", path: "/spec/containers/0/securityContext" }],
    ],
    [
      "removed",
      "the next change is one of a Pod without GMSA",
      [{ op: "remove", path: "/spec/securityContext/windowsOptions" }],
    ],
    [
      "replaced after a test of their name",
      "what was tested is not checked",
      [
        {
          ...{ op: "test", path: "/spec/securityContext/windowsOptions/gmsaCredentialSpecName" },
          value: CREDSPEC,
        },
        {
          ...{ op: "replace", path: "/spec/securityContext/windowsOptions/gmsaCredentialSpec" },
          value: FORGED,
        },
      ],
    ],
    [
      "moved, with the Pod's account",
      "each half is allowed",
      [{ op: "replace", path: "/spec/serviceAccountName", value: "default" }],
    ],
  ])(
    "settings that are %s by a JSON patch, hoping that %s: refused",
    async (_how, _hopes, patch) => {
      const { status } = await world.send({
        method: "PATCH",
        path: `${world.pods}/named`,
        contentType: JSON_PATCH,
        body: JSON.stringify(patch),
      });
      expect(status).toBe(422);
      expect(await world.storedPlaces()).toBe(1);
    },
  );
});

function podWithoutGate(name: string): V1Pod {
  return { metadata: { name }, spec: { containers: [{ name: "main", image: "image" }] } };
}

describeWorkloads("attempts by way of controllers", () => {
  const template = {
    metadata: { labels: { app: "attempt" } },
    spec: {
      securityContext: world.naming(FORGED),
      serviceAccountName: "granted",
      restartPolicy: "Never",
      containers: [{ name: "main", image: "image" }],
    },
  };
  const always = { ...template, spec: { ...template.spec, restartPolicy: "Always" } };
  const selector = { matchLabels: { app: "attempt" } };

  test.each<[string, string, object]>([
    ["Job", `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`, { spec: { template } }],
    [
      "StatefulSet",
      `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets`,
      { spec: { serviceName: "none", selector, template: always } },
    ],
    [
      "ReplicationController",
      `/api/v1/namespaces/${NAMESPACE}/replicationcontrollers`,
      { spec: { selector: selector.matchLabels, template: always } },
    ],
  ])(
    "a %s with forged contents, hoping that its controller is trusted",
    async (kind, path, body) => {
      const name = kind.toLowerCase();
      const { status } = await world.send({
        method: "POST",
        path,
        body: JSON.stringify({ metadata: { name }, ...body }),
      });
      expect(status).toBe(201);
      const fieldSelector = `reason=FailedCreate,involvedObject.name=${name}`;
      const { items } = await eventually(
        () => core.listNamespacedEvent({ namespace: NAMESPACE, fieldSelector }),
        events => events.items.length > 0,
      );
      // An Event contains only the sentences, so the remedy identifies the reason.
      expect(items[0]?.message).toContain(REFUSED_BY_WEBHOOK);
      expect(items[0]?.message).toContain(remedyFor("contents differ", {}));
      expect(await world.storedPlaces()).toBe(1);
      await world.send({ method: "DELETE", path: `${path}/${name}` });
    },
  );

  test("a PodTemplate, hoping that it is a Pod: it is stored, and no Pod is created", async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}/podtemplates`;
    const body = JSON.stringify({ metadata: { name: "t" }, template: always });
    expect(await world.send({ method: "POST", path, body })).toMatchObject({ status: 201 });
    expect(await world.storedPlaces()).toBe(1);
  });
});
