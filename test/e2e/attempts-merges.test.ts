/** Attempts to bypass the checks by merges into an existing Pod, and by other admission plug-ins. */
import { AdmissionregistrationV1Api, type V1Pod } from "@kubernetes/client-node";

import type { StatusCause } from "../../rules/admission/causes";
import { eventually } from "../../testbed/objects/eventually";
import { podOf } from "../../testbed/objects/pods";
import { validContents } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { describeOnOwnBed } from "../setup/own-bed";
import { cause, CONTENTS, NAME } from "../support/refusals";
import { AttemptWorld } from "./attempts";
import { startLaterWebhook } from "./later-webhook";
import type { RawAnswer } from "./raw-request";

const NAMESPACE = "gmsa-attempts-5";
const bed = attachBed();
const world = new AttemptWorld(bed, NAMESPACE);
const { objects, credspec: CREDSPEC } = world;
const FORGED = JSON.stringify({ ...JSON.parse(validContents()), CmsPlugins: [] });

const NOT_AUTHORIZED = cause("NotAuthorized", `spec.${NAME}`, "default", CREDSPEC);

/** The parts of a refusal that show who refused, and why. */
interface Refusal {
  message?: string;
  causes?: StatusCause[];
}

beforeAll(async () => {
  await world.setUp();
  const named = podOf(NAMESPACE, "named", { serviceAccount: "granted", credspec: CREDSPEC });
  await objects.createPod(named);
});
afterAll(() => world.tearDown());

describe("attempts to merge other settings into a Pod", () => {
  const STRATEGIC = "application/strategic-merge-patch+json";
  const APPLY = "application/apply-patch+yaml";
  const BY_FORCE = "?fieldManager=other&force=true";
  const applied = {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "named" } },
    spec: { containers: [{ name: "main", image: "image" }] },
  };
  const withoutContents = {
    ...{ $retainKeys: ["gmsaCredentialSpecName"], gmsaCredentialSpecName: CREDSPEC },
  };

  test.each<{ how: string; query?: string; type: string; body: object; due: number }>([
    {
      ...{ how: "$patch: replace", type: STRATEGIC, due: 422 },
      body: { spec: { securityContext: { $patch: "replace", ...world.naming(FORGED) } } },
    },
    {
      ...{ how: "$retainKeys without the contents", type: STRATEGIC, due: 422 },
      body: { spec: { securityContext: { windowsOptions: withoutContents } } },
    },
    {
      how: "server-side apply of another manager, by force",
      ...{ query: BY_FORCE, type: APPLY, due: 422 },
      body: { ...applied, spec: { ...applied.spec, securityContext: world.naming(FORGED) } },
    },
    {
      how: "server-side apply without the settings",
      ...{ query: BY_FORCE, type: APPLY, body: applied, due: 200 },
    },
  ])("$how: the contents that were filled in stay", async ({ query = "", type, body, due }) => {
    const { status } = await world.send({
      ...{ method: "PATCH", path: `${world.pods}/named${query}`, contentType: type },
      body: JSON.stringify(body),
    });
    expect(status).toBe(due);
    const { spec } = await objects.core.readNamespacedPod({ name: "named", namespace: NAMESPACE });
    expect(spec?.securityContext?.windowsOptions).toMatchObject({
      ...{ gmsaCredentialSpecName: CREDSPEC, gmsaCredentialSpec: validContents() },
    });
  });
});

// The API server of a user's cluster cannot reach this machine's loopback address.
describeOnOwnBed("attempts by another webhook, which is called after ours", () => {
  test.each<[string, string, object, StatusCause]>([
    [
      "the account",
      "contents that were filled in for one account serve another",
      { op: "replace", path: "/spec/serviceAccountName", value: "default" },
      NOT_AUTHORIZED,
    ],
    [
      "the contents",
      "what was filled in is not looked at again",
      {
        op: "replace",
        path: "/spec/securityContext/windowsOptions/gmsaCredentialSpec",
        value: FORGED,
      },
      cause("ContentsDiffer", `spec.${CONTENTS}`, CREDSPEC),
    ],
    [
      "the name",
      "the contents of one serve under another",
      {
        ...{ op: "replace", path: "/spec/securityContext/windowsOptions/gmsaCredentialSpecName" },
        value: "another",
      },
      cause("NotAuthorized", `spec.${NAME}`, "granted", "another"),
    ],
    [
      "the name with nothing",
      "contents without a name are not checked",
      { op: "remove", path: "/spec/securityContext/windowsOptions/gmsaCredentialSpecName" },
      cause("ContentsWithoutName", `spec.${CONTENTS}`, "later"),
    ],
    [
      "the list of init containers",
      "only the places that were there are looked at",
      {
        ...{ op: "add", path: "/spec/initContainers" },
        value: [{ name: "init", image: "image", securityContext: world.naming(FORGED) }],
      },
      cause("ContentsDiffer", `spec.initContainers[0].${CONTENTS}`, CREDSPEC, "init"),
    ],
  ])("that replaces %s, hoping that %s: refused", async (_what, _hopes, operation, refused) => {
    const pod = podOf(NAMESPACE, "later", { serviceAccount: "granted", credspec: CREDSPEC });
    Object.assign(pod.metadata, { labels: { later: "yes" } });
    const later = await startLaterWebhook([operation]);
    const api = bed.kubeConfig.makeApiClient(AdmissionregistrationV1Api);
    await api.createMutatingWebhookConfiguration({ body: later.configuration });
    try {
      const outcome = await eventually(
        () => objects.createPod(pod, { dryRun: true }),
        ({ admitted }) => !admitted,
      );
      expect(outcome).toMatchObject({ causes: [refused] });
    } finally {
      await api.deleteMutatingWebhookConfiguration({ name: "zz-later" });
      later.stop();
    }
  });
});

/** The contents of the Pod's own place. */
function contentsIn({ spec }: Partial<V1Pod>): string | undefined {
  return spec?.securityContext?.windowsOptions?.gmsaCredentialSpec;
}

// The API server applies these policies before it calls webhooks. They are served since 1.36.
describeOnOwnBed("attempts by a MutatingAdmissionPolicy that adds a name", () => {
  const name = "adds-a-name";
  const PATH = "/apis/admissionregistration.k8s.io/v1";
  const added =
    "Object.spec.securityContext{windowsOptions: Object.spec.securityContext.windowsOptions{" +
    `gmsaCredentialSpecName: "${CREDSPEC}"}}`;
  const policy = {
    metadata: { name },
    spec: {
      failurePolicy: "Fail",
      reinvocationPolicy: "IfNeeded",
      matchConstraints: {
        resourceRules: [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
        ],
      },
      matchConditions: [
        { name: "labelled", expression: `"${name}" in object.metadata.?labels.orValue({})` },
      ],
      mutations: [
        {
          patchType: "JSONPatch",
          jsonPatch: {
            expression: `[JSONPatch{op: "add", path: "/spec/securityContext", value: ${added}}]`,
          },
        },
      ],
    },
  };
  let isServed = false;

  const create = (namespace: string, serviceAccountName: string): Promise<RawAnswer> =>
    world.send({
      ...{ method: "POST", path: `/api/v1/namespaces/${namespace}/pods?dryRun=All` },
      body: JSON.stringify(world.pod({ serviceAccountName }, { labels: { [name]: "" } })),
    });

  beforeAll(async () => {
    const created = await Promise.all(
      [
        ["mutatingadmissionpolicies", policy] as const,
        [
          "mutatingadmissionpolicybindings",
          { metadata: { name }, spec: { policyName: name } },
        ] as const,
      ].map(([kind, body]) =>
        world.send({ method: "POST", path: `${PATH}/${kind}`, body: JSON.stringify(body) }),
      ),
    );
    isServed = created.every(({ status }) => status === 201);
    if (!isServed) return;
    await eventually(
      () => create(NAMESPACE, "default"),
      ({ status }) => status === 403,
    );
  });

  afterAll(async () => {
    for (const kind of ["mutatingadmissionpolicybindings", "mutatingadmissionpolicies"]) {
      await world.send({ method: "DELETE", path: `${PATH}/${kind}/${name}` });
    }
  });

  test("they are served since 1.36", async () => {
    const { body } = await world.send({ method: "GET", path: "/version" });
    expect(Number((body as { minor?: string }).minor) >= 36).toBe(isServed);
  });

  test.each<{ what: string; namespace?: string; account?: string; refusal?: Refusal }>([
    { what: "an account without a grant", refusal: { causes: [NOT_AUTHORIZED] } },
    {
      what: "an excluded namespace",
      namespace: "kube-system",
      refusal: { message: expect.stringContaining("gmsa-excluded-namespaces") as string },
    },
    { what: "an account with a grant, which is filled in", account: "granted" },
  ])("for $what", async ({ namespace = NAMESPACE, account = "default", refusal }) => {
    const { status, body, causes } = await create(namespace, account);
    // Where the policies are not served, nothing is added.
    const isAdmitted = refusal === undefined || !isServed;
    expect({ status, contents: contentsIn(body as Partial<V1Pod>) }).toEqual({
      status: isAdmitted ? 201 : 403,
      contents: isServed && isAdmitted ? validContents() : undefined,
    });
    expect({ message: body.message, causes }).toMatchObject(isAdmitted ? {} : refusal);
  });
});
