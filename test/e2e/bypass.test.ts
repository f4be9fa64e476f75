/**
 * Attempts to bypass the checks on a real API server: other routes, other encodings, other names
 * for the account, other identities, labels. Every account here may create Pods, but only `granted`
 * may use the credential spec.
 */
import type { StatusCause } from "../../rules/admission/causes";
import { gmsaPlacesOf } from "../../rules/pod/windows-options";
import type { PodLike } from "../../rules/pod/windows-options";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { Objects } from "../../testbed/objects/cluster-objects";
import { containerOf, podOf } from "../../testbed/objects/pods";
import { sendRaw } from "./raw-request";
import type { RawAnswer, RawRequest } from "./raw-request";
import { cause, CONTENTS as CONTENTS_FIELD, NAME as NAME_FIELD } from "../support/refusals";
import { untilAdmitted } from "../support/until-admitted";

const NAMESPACE = "gmsa-bypass";
const CREDSPEC = "bypass";
const OLD_CREDSPEC = "bypass-old";
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const NAME = { windowsOptions: { gmsaCredentialSpecName: CREDSPEC } };
const CONTENTS = { windowsOptions: { gmsaCredentialSpec: '{"CmsPlugins":[]}' } };
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await objects.createCredspec(CREDSPEC, validCredspec());
  await objects.createCredspec(OLD_CREDSPEC, validCredspec(), { version: "v1alpha1" });
  await objects.createGrantedAccount(NAMESPACE, "granted", {
    role: "gmsa-bypass",
    credspecs: [CREDSPEC],
  });
  const granted = podOf(NAMESPACE, "granted", { serviceAccount: "granted", credspec: CREDSPEC });
  await untilAdmitted(objects, granted);
});

afterAll(async () => {
  await Promise.all([
    ...[CREDSPEC, OLD_CREDSPEC].map(name => objects.deleteCredspec(name)),
    objects.rbac.deleteClusterRole({ name: "gmsa-bypass" }),
    objects.core.deleteNamespace({ name: NAMESPACE }),
  ]);
});

function send(request: RawRequest): Promise<RawAnswer> {
  return sendRaw(bed.kubeConfig, request);
}

/** A Pod to send, with these fields in its spec. No node ever runs it. */
function podWith(spec: object, metadata: object = { name: "p" }): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: {
      schedulingGates: [{ name: "example.com/never" }],
      containers: [{ name: "main", image: "image" }],
      ...spec,
    },
  };
}

function create(body: object | string, request: Partial<RawRequest> = {}): Promise<RawAnswer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return send({ method: "POST", path: `${PODS}?dryRun=All`, body: text, ...request });
}

function notAuthorized(credspec = CREDSPEC, field = `spec.${NAME_FIELD}`): StatusCause[] {
  return [cause("NotAuthorized", field, "default", credspec)];
}

describe("routes by which a Pod is created", () => {
  const pod = podWith({ securityContext: NAME });
  const apply = { method: "PATCH", contentType: "application/apply-patch+yaml" } as const;

  test.each<[string, object | string, Partial<RawRequest>]>([
    ["JSON", pod, {}],
    ["YAML", pod, { contentType: "application/yaml" }],
    ["generateName", podWith({ securityContext: NAME }, { generateName: "p-" }), {}],
    ["without validation of fields", pod, { path: `${PODS}?dryRun=All&fieldValidation=Ignore` }],
    [
      "server-side apply",
      pod,
      { ...apply, path: `${PODS}/p?dryRun=All&fieldManager=x&force=true` },
    ],
  ])("%s: refused", async (_route, body, request) => {
    const { status, causes } = await create(body, request);
    expect(status).toBe(403);
    expect(causes).toEqual(notAuthorized());
  });

  test("a sidecar, which is an init container that keeps running: refused", async () => {
    const sidecar = { ...containerOf("proxy"), restartPolicy: "Always", securityContext: NAME };
    const { causes } = await create(podWith({ initContainers: [sidecar] }));
    expect(causes).toEqual(notAuthorized(CREDSPEC, `spec.initContainers[0].${NAME_FIELD}`));
  });

  test("a key twice in the request: the last one counts, and it is the one that is checked", async () => {
    const twice = (first: string, last: string): string =>
      JSON.stringify(podWith({ securityContext: { windowsOptions: "HERE" } })).replace(
        '"HERE"',
        `{"gmsaCredentialSpecName":"${first}","gmsaCredentialSpecName":"${last}"}`,
      );
    for (const [first, last] of [
      ["other", CREDSPEC],
      [CREDSPEC, "other"],
    ] as const) {
      const { status, body, causes } = await create(twice(first, last));
      expect(status).toBe(403);
      expect(causes).toEqual(notAuthorized(last));
      expect(body.message).not.toContain(`"${first}"`);
    }
  });

  test("a field in other letters is ignored: the Pod has no GMSA settings", async () => {
    const windowsOptions = { GMSACredentialSpecName: CREDSPEC, gmsacredentialspec: "{}" };
    const { status, body } = await create(podWith({ securityContext: { windowsOptions } }));
    expect(status).toBe(201);
    expect(gmsaPlacesOf(body as PodLike)).toEqual([]);
  });

  test.each([
    "BYPASS",
    ` ${CREDSPEC}`,
    `${CREDSPEC}\n`,
    `${CREDSPEC}\u0000`,
    `../${CREDSPEC}`,
    "..",
  ])(
    "%j is no other way to write the name: the API server refuses it",
    async gmsaCredentialSpecName => {
      const securityContext = { windowsOptions: { gmsaCredentialSpecName } };
      const spec = { serviceAccountName: "granted", securityContext };
      const { status, body } = await create(podWith(spec));
      expect(status).toBe(422);
      expect(body.message).toContain("spec.securityContext.windowsOptions.gmsaCredentialSpecName");
    },
  );

  test("a credential spec that was written in the old version: refused", async () => {
    const windowsOptions = { gmsaCredentialSpecName: OLD_CREDSPEC };
    const { causes } = await create(podWith({ securityContext: { windowsOptions } }));
    expect(causes).toEqual(notAuthorized(OLD_CREDSPEC));
  });
});

describe("the account that is asked about", () => {
  test("is the one that the Pod runs as, regardless of the deprecated field", async () => {
    const account = { serviceAccountName: "default", serviceAccount: "granted" };
    const { status, causes } = await create(podWith({ ...account, securityContext: NAME }));
    expect(status).toBe(403);
    expect(causes).toEqual(notAuthorized());
  });

  test("is that of the deprecated field where there is no other, and the Pod runs as it", async () => {
    const spec = { serviceAccount: "granted", securityContext: NAME };
    const { status, body } = await create(podWith(spec));
    expect(status).toBe(201);
    expect(body.spec).toMatchObject({ serviceAccountName: "granted" });
  });

  test("is default where the name is empty", async () => {
    const { causes } = await create(podWith({ serviceAccountName: "", securityContext: NAME }));
    expect(causes).toEqual(notAuthorized());
  });

  test("is not the user: the rights of an administrator are not those of the Pod", async () => {
    const { status: own } = await send({
      method: "GET",
      path: `/apis/windows.k8s.io/v1/gmsacredentialspecs/${CREDSPEC}`,
    });
    expect(own).toBe(200);
    const { causes } = await create(podWith({ securityContext: NAME }));
    expect(causes).toEqual(notAuthorized());
  });

  test("may be any of the namespace: creators of Pods there may use what these accounts may use", async () => {
    const { status } = await create(
      podWith({ serviceAccountName: "granted", securityContext: NAME }),
    );
    expect(status).toBe(201);
  });

  test("of a node's mirror Pod is default, because it cannot have one", async () => {
    const metadata = { name: "static", annotations: { "kubernetes.io/config.mirror": "x" } };
    const mirror = (securityContext: object): object => ({
      ...podWith({}, metadata),
      spec: { nodeName: "n1", containers: [{ name: "c", image: "i" }], securityContext },
    });
    const impersonate = { user: "system:node:n1", groups: ["system:nodes"] };

    const plain = await create(mirror({}), { impersonate });
    expect(plain.status).toBe(201);
    const named = await create(mirror(NAME), { impersonate });
    expect(named.causes).toEqual(notAuthorized());
    const filled = await create(mirror(CONTENTS), { impersonate });
    expect(filled.causes).toEqual([cause("ContentsWithoutName", `spec.${CONTENTS_FIELD}`)]);
  });
});

describe("labels", () => {
  const labels = {
    "pepr.dev": "ignore",
    "control-plane": "true",
    "kubernetes.azure.com/managedby": "aks",
    "admission.gatekeeper.sh/ignore": "true",
  };

  test("on a Pod exempt it from no check", async () => {
    const { causes } = await create(podWith({ securityContext: NAME }, { name: "p", labels }));
    expect(causes).toEqual(notAuthorized());
  });

  test("on a namespace exempt it from no check, and it cannot pass for kube-system", async () => {
    const { status, body } = await send({
      method: "PATCH",
      path: `/api/v1/namespaces/${NAMESPACE}`,
      contentType: "application/merge-patch+json",
      body: JSON.stringify({
        metadata: { labels: { ...labels, "kubernetes.io/metadata.name": "kube-system" } },
      }),
    });
    expect(status).toBe(200);
    expect(body.metadata).toMatchObject({ labels: { "kubernetes.io/metadata.name": NAMESPACE } });

    const named = await create(podWith({ securityContext: NAME }));
    expect(named.causes).toEqual(notAuthorized());
    const filled = await create(podWith({ securityContext: CONTENTS }));
    expect(filled.causes).toEqual([cause("ContentsWithoutName", `spec.${CONTENTS_FIELD}`)]);
  });
});
