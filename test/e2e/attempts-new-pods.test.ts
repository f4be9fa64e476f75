/**
 * Attempts to bypass the checks with new Pods: by their encoding, their fields, or the user who
 * sends them.
 */
import { validContents } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { cause, CONTENTS, NAME } from "../support/refusals";
import { AttemptWorld, type Attempt } from "./attempts";
import { protobufPod } from "./protobuf-pod";

const NAMESPACE = "gmsa-attempts";
const world = new AttemptWorld(attachBed(), NAMESPACE);
const CREDSPEC = world.credspec;
const NOT_AUTHORIZED = cause("NotAuthorized", `spec.${NAME}`, "default", CREDSPEC);
const OTHER_CONTENTS = cause("ContentsDiffer", `spec.${CONTENTS}`, CREDSPEC);
const FORGED = JSON.stringify({ ...JSON.parse(validContents()), CmsPlugins: [] });
const NAMED = world.naming();
const PROTOBUF = "application/vnd.kubernetes.protobuf";
const AS_GRANTED = `system:serviceaccount:${NAMESPACE}:granted`;

const granted = (spec: object): object => world.pod({ serviceAccountName: "granted", ...spec });
const pb = { name: "p", serviceAccountName: "default", gmsaCredentialSpecName: CREDSPEC };

/** The same Pod in YAML, whose options come from an anchor that is merged under another key. */
const MERGED_YAML = `
apiVersion: v1
kind: Pod
metadata: {name: p}
x: &hidden {gmsaCredentialSpecName: ${CREDSPEC}}
spec:
  containers: [{name: main, image: image}]
  securityContext: {windowsOptions: {<<: *hidden}}
`;

const attempts: Attempt[] = [
  {
    attempt: "protobuf, as clients in Go write it",
    hopes: "only JSON is looked at",
    request: world.creating(protobufPod(pb), { contentType: PROTOBUF }),
    ...{ status: 403, refused: NOT_AUTHORIZED },
  },
  {
    attempt: "protobuf, with forged contents of a credential spec that the account may use",
    hopes: "contents in another encoding are not compared",
    request: world.creating(
      protobufPod({ ...pb, serviceAccountName: "granted", gmsaCredentialSpec: FORGED }),
      { contentType: PROTOBUF },
    ),
    ...{ status: 403, refused: OTHER_CONTENTS },
  },
  {
    attempt: "CBOR",
    hopes: "the newest encoding is forgotten",
    request: world.creating(Buffer.from([0xa0]), { contentType: "application/cbor" }),
    ...{ status: 415, says: "unknown format" },
  },
  {
    attempt: "JSON in UTF-16",
    hopes: "the API server and the webhook read different texts",
    request: world.creating(
      Buffer.from(`\ufeff${JSON.stringify(world.pod({ securityContext: NAMED }))}`, "utf16le"),
      { contentType: "application/json; charset=utf-16" },
    ),
    ...{ status: 400, says: "" },
  },
  {
    attempt: "securityContext twice: contents in one, the name in the other",
    hopes: "one is stored, and the other one checked",
    request: world.creating(
      JSON.stringify(granted({ securityContext: "HERE" })).replace(
        '"HERE"',
        `${JSON.stringify(world.naming(FORGED))},"securityContext":${JSON.stringify(NAMED)}`,
      ),
    ),
    ...{ status: 403, refused: OTHER_CONTENTS },
  },
  {
    attempt: "YAML with an anchor and a merge key",
    hopes: "the settings are where nobody looks",
    request: world.creating(MERGED_YAML, { contentType: "application/yaml" }),
    ...{ status: 403, refused: NOT_AUTHORIZED },
  },
  {
    attempt: "a second Pod after the first in one body",
    hopes: "the first is checked, and the second stored",
    request: world.creating(
      JSON.stringify(world.pod({})) + JSON.stringify(world.pod({ securityContext: NAMED })),
    ),
    status: 400,
  },
  {
    attempt: "a name with a letter that only looks alike",
    hopes: "it is folded into the other letter where the object is read",
    request: world.creating(
      granted({
        securityContext: {
          windowsOptions: { gmsaCredentialSpecName: CREDSPEC.replace("s", "\u017f") },
        },
      }),
    ),
    ...{ status: 422, says: "gmsaCredentialSpecName" },
  },
  {
    attempt: "a name of 4,000 characters",
    hopes: "it is cut where it is looked up",
    request: world.creating(
      granted({
        securityContext: { windowsOptions: { gmsaCredentialSpecName: CREDSPEC.padEnd(4000, "x") } },
      }),
    ),
    ...{ status: 422, says: "gmsaCredentialSpecName" },
  },
  {
    attempt: "the credspec's name at the Pod, and forged contents at a container without a name",
    hopes: "the node takes each from where it is found",
    request: world.creating(
      granted({
        securityContext: NAMED,
        containers: [
          {
            name: "main",
            image: "image",
            securityContext: { windowsOptions: { gmsaCredentialSpec: FORGED } },
          },
        ],
      }),
    ),
    status: 403,
    refused: cause("ContentsWithoutName", `spec.containers[0].${CONTENTS}`, "main"),
  },
  {
    attempt: "contents of one space",
    hopes: "they count as present for Mutate, and as absent for Validate",
    request: world.creating(granted({ securityContext: world.naming(" ") })),
    ...{ status: 403, refused: cause("ContentsMalformed", `spec.${CONTENTS}`, "p") },
  },
  {
    attempt: "a Pod that says of itself that it is being deleted",
    hopes: "what is on its way out is not checked",
    request: world.creating(
      world.pod(
        { securityContext: NAMED },
        {
          deletionTimestamp: "2020-01-01T00:00:00Z",
          deletionGracePeriodSeconds: 0,
          finalizers: ["example.com/hold"],
        },
      ),
    ),
    ...{ status: 403, refused: NOT_AUTHORIZED },
  },
  {
    attempt: "a Pod that calls kube-system's DaemonSet its owner",
    hopes: "Pods of the system are trusted",
    request: world.creating(
      world.pod(
        { securityContext: NAMED },
        {
          ownerReferences: [
            {
              ...{ apiVersion: "apps/v1", kind: "DaemonSet", name: "kube-proxy", uid: "1" },
              ...{ controller: true, blockOwnerDeletion: false },
            },
          ],
        },
      ),
    ),
    ...{ status: 403, refused: NOT_AUTHORIZED },
  },
  {
    attempt: "a Pod whose metadata names kube-system, sent to another namespace",
    hopes: "one namespace is checked, and the other one used",
    request: world.creating(world.pod({ securityContext: NAMED }, { namespace: "kube-system" })),
    ...{ status: 400, says: "namespace" },
  },
  {
    attempt: "a Pod for Linux",
    hopes: "Windows options are not looked at there",
    request: world.creating(world.pod({ os: { name: "linux" }, securityContext: NAMED })),
    ...{ status: 422, says: "windows options cannot be set for a linux pod" },
  },
  {
    attempt: "the newest fields of a Pod, with GMSA in a restartable init container",
    hopes: "a condition does not know them, and fails open",
    request: world.creating(
      world.pod({
        hostnameOverride: "host",
        resources: { requests: { cpu: "1" } },
        initContainers: [
          {
            ...{ name: "side", image: "image", restartPolicy: "Always", securityContext: NAMED },
            restartPolicyRules: [
              { action: "Restart", exitCodes: { operator: "In", values: [42] } },
            ],
          },
        ],
      }),
    ),
    ...{
      status: 403,
      refused: cause("NotAuthorized", `spec.initContainers[0].${NAME}`, "default", CREDSPEC),
    },
  },
  {
    attempt: "the user pretends to be the account that may use the credential spec",
    hopes: "who sends the Pod counts",
    request: world.creating(world.pod({ securityContext: NAMED }), {
      impersonate: { user: AS_GRANTED, groups: ["system:masters"] },
    }),
    ...{ status: 403, refused: NOT_AUTHORIZED },
  },
  {
    attempt: "the user claims a Pod and a node by extra fields of its token",
    hopes: "they are taken over into the question whether the account may",
    request: world.creating(world.pod({ securityContext: NAMED }), {
      impersonate: {
        user: `system:serviceaccount:${NAMESPACE}:default`,
        groups: ["system:masters", `system:serviceaccounts:${NAMESPACE}`],
        extra: { "authentication.kubernetes.io%2fpod-name": "first" },
      },
    }),
    ...{ status: 403, refused: NOT_AUTHORIZED },
  },
  {
    attempt: "a dry run",
    hopes: "a trial shows the contents",
    request: world.creating(world.pod({ securityContext: NAMED }), {
      path: `${world.pods}?dryRun=All`,
    }),
    ...{ status: 403, refused: NOT_AUTHORIZED },
  },
  {
    attempt: "server-side apply by a manager that took over every field, without validation",
    hopes: "a patch that creates is an update",
    request: {
      method: "PATCH",
      path: `${world.pods}/p?fieldManager=x&force=true&fieldValidation=Ignore`,
      contentType: "application/apply-patch+yaml",
      body: JSON.stringify(world.pod({ securityContext: NAMED })),
    },
    ...{ status: 403, refused: NOT_AUTHORIZED },
  },
];

beforeAll(() => world.setUp());
afterAll(() => world.tearDown());

describe("attempts with a new Pod", () => {
  test.each(attempts)(
    "$attempt, hoping that $hopes: $status",
    async ({ request, status, refused, says = "" }) => {
      const answer = await world.send(request);
      expect(answer).toMatchObject({
        status,
        body: { message: expect.stringContaining(says) as string },
      });
      expect(answer.causes).toEqual(refused === undefined ? answer.causes : [refused]);
      expect(answer.body.message).not.toContain(validContents());
      expect(await world.storedPlaces()).toBe(0);
    },
  );

  test("the same by protobuf for an account that may is admitted, and filled in", async () => {
    const { status } = await world.send(
      world.creating(protobufPod({ ...pb, serviceAccountName: "granted" }), {
        contentType: PROTOBUF,
      }),
    );
    expect(status).toBe(201);
    const pod = await world.objects.core.readNamespacedPod({ name: "p", namespace: NAMESPACE });
    expect(pod.spec?.securityContext?.windowsOptions?.gmsaCredentialSpec).toBe(validContents());
  });
});
