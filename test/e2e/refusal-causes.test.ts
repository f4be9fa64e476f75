/** A refusal for programs and for people: `status.details.causes`, and kubectl's message. */
import { ApiException } from "@kubernetes/client-node";
import type { V1Status } from "@kubernetes/client-node";

import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import type { CompletePod } from "../../testbed/objects/pods";
import { attachBed } from "../setup/attach-bed";

const NAMESPACE = "gmsa-refusal-causes";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

beforeAll(() => bed.createNamespace(NAMESPACE));
afterAll(() => objects.core.deleteNamespace({ name: NAMESPACE }));

const NAMED = { windowsOptions: { gmsaCredentialSpecName: "absent" } };
const UNNAMED = { windowsOptions: { gmsaCredentialSpec: "{}" } };
const NAME = "securityContext.windowsOptions.gmsaCredentialSpecName";
const CONTENTS = "securityContext.windowsOptions.gmsaCredentialSpec";
const NOT_AUTHORIZED =
  'service account "default" is not authorized to `use` GMSA cred spec "absent" (gmsaCredentialSpecName of';

/** The API server's response to the creation of a refused Pod. */
async function refusalOf(pod: CompletePod): Promise<V1Status> {
  const error: unknown = await objects.core
    .createNamespacedPod({ namespace: NAMESPACE, body: pod as never, dryRun: "All" })
    .catch((reason: unknown) => reason);
  if (!(error instanceof ApiException)) throw new Error("the Pod was admitted", { cause: error });
  expect(error.code).toBe(403);
  return JSON.parse(error.body as string) as V1Status;
}

function podWith(spec: object): CompletePod {
  const pod = podOf(NAMESPACE, "p");
  return { ...pod, spec: { ...pod.spec, ...spec } };
}

const container = { name: "c", image: "image", securityContext: NAMED };

test.each<[string, CompletePod, string]>([
  ["Pod", podWith({ securityContext: NAMED }), `spec.${NAME}`],
  ["container", podWith({ containers: [container] }), `spec.containers[0].${NAME}`],
  ["init container", podWith({ initContainers: [container] }), `spec.initContainers[0].${NAME}`],
])("the cause has the reason and the field (%s)", async (_place, pod, field) => {
  const { code, details } = await refusalOf(pod);
  expect(code).toBe(403);
  expect(details?.causes).toEqual([
    { reason: "NotAuthorized", field, message: expect.stringContaining(NOT_AUTHORIZED) as string },
  ]);
});

test("an ephemeral container is a cause of its own, and the running Pod is not", async () => {
  await objects.createPod(podOf(NAMESPACE, "debugged"));
  const error: unknown = await objects.core
    .patchNamespacedPodEphemeralcontainers({
      namespace: NAMESPACE,
      name: "debugged",
      body: [
        {
          op: "add",
          path: "/spec/ephemeralContainers",
          value: [{ name: "debug", image: "image", securityContext: NAMED }],
        },
      ],
    })
    .catch((reason: unknown) => reason);
  const { details } = JSON.parse((error as ApiException<string>).body) as V1Status;
  expect(details?.causes).toMatchObject([
    { reason: "NotAuthorized", field: `spec.ephemeralContainers[0].${NAME}` },
  ]);
});

test("every rule that is broken is a cause, with each of its places", async () => {
  const pod = podWith({
    securityContext: UNNAMED,
    containers: [container, { ...container, name: "d" }],
  });
  const { details, message } = await refusalOf(pod);
  expect(details?.causes?.map(({ reason, field }) => [reason, field])).toEqual([
    ["ContentsWithoutName", `spec.${CONTENTS}`],
    ["NotAuthorized", `spec.containers[0].${NAME}`],
    ["NotAuthorized", `spec.containers[1].${NAME}`],
  ]);
  for (const { message: said = "" } of details?.causes ?? []) expect(message).toContain(said);
});

test("kubectl prints the sentences, once", async () => {
  const pod = { apiVersion: "v1", kind: "Pod", ...podWith({ securityContext: NAMED }) };
  const { stderr } = await bed.kubectl(["create", "--dry-run=server", "-f", "-"], {
    stdin: JSON.stringify(pod),
    allowFailure: true,
  });
  expect(stderr.trim()).toBe(
    'Error from server: error when creating "STDIN": admission webhook "pepr-gmsa.pepr.dev" denied the request: ' +
      `${NOT_AUTHORIZED} pod "p"). Grant it with a RoleBinding in namespace "${NAMESPACE}" to a Role or ClusterRole that ` +
      'allows verb "use" on gmsacredentialspecs.windows.k8s.io, resource name "absent".',
  );
});

test("a credential spec that Windows cannot work with is refused with the fields that are wrong", async () => {
  const error: unknown = await objects
    .createCredspec("broken-causes", { CmsPlugins: [] })
    .catch((reason: unknown) => reason);
  const { code, details } = JSON.parse((error as ApiException<string>).body) as V1Status;
  expect(code).toBe(422);
  expect(details?.causes).toMatchObject([
    { reason: "CmsPlugins", field: "credspec.CmsPlugins" },
    {
      reason: "Accounts",
      field: "credspec.ActiveDirectoryConfig.GroupManagedServiceAccounts",
    },
    { reason: "Domain", field: "credspec.DomainJoinConfig" },
  ]);
});
