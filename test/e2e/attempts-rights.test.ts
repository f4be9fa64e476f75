/**
 * Attempts to get the right to `use` a credential spec, by an administrator of the namespace and
 * through unusual grants.
 */
import { eventually } from "../../testbed/objects/eventually";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { cause, NAME } from "../support/refusals";
import { untilAdmitted } from "../support/until-admitted";
import { AttemptWorld } from "./attempts";

const NAMESPACE = "gmsa-attempts-3";
const bed = attachBed();
const world = new AttemptWorld(bed, NAMESPACE);
const { objects, credspec: CREDSPEC } = world;
/** A credential spec that is granted next to the one that is not. */
const PROBE = "attempts-probe";
const MALLORY = { user: "mallory", groups: ["system:authenticated"] };
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const USE = { apiGroups: ["windows.k8s.io"], verbs: ["use"] };

beforeAll(async () => {
  await world.setUp();
  await objects.createCredspec(PROBE, validCredspec());
  await objects.bindInNamespace(NAMESPACE, "admin", { kind: "User", name: MALLORY.user });
  await eventually(
    () => world.send({ method: "GET", path: world.pods, impersonate: MALLORY }),
    ({ status }) => status === 200,
  );
});

afterAll(async () => {
  await objects.deleteCredspec(PROBE);
  await world.tearDown();
});

describe("attempts of an administrator of the namespace to get `use`", () => {
  const roles = `${RBAC}/namespaces/${NAMESPACE}/roles`;
  const bindings = `${RBAC}/namespaces/${NAMESPACE}/rolebindings`;
  const subjects = [{ kind: "ServiceAccount", name: "default", namespace: NAMESPACE }];
  const role = (rule: object): object => ({
    metadata: { name: "r" },
    rules: [{ ...USE, ...rule }],
  });
  const roleRef = (kind: string, name: string): object => ({
    ...{ metadata: { name: "b" }, subjects },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name },
  });

  test.each<[string, string, object, number]>([
    ["a Role of its own", roles, role({ resources: ["gmsacredentialspecs"] }), 403],
    [
      "a Role for everything",
      roles,
      role({ resources: ["*"], apiGroups: ["*"], verbs: ["*"] }),
      403,
    ],
    ["a binding of a ClusterRole that grants it", bindings, roleRef("ClusterRole", NAMESPACE), 403],
    ["a binding of cluster-admin", bindings, roleRef("ClusterRole", "cluster-admin"), 403],
    [
      "a ClusterRole that adds itself to admin",
      `${RBAC}/clusterroles`,
      {
        metadata: { name: "m", labels: { "rbac.authorization.k8s.io/aggregate-to-admin": "true" } },
        rules: [{ ...USE, resources: ["gmsacredentialspecs"] }],
      },
      403,
    ],
    [
      "a ClusterRole that gathers all others",
      `${RBAC}/clusterroles`,
      { metadata: { name: "m" }, aggregationRule: { clusterRoleSelectors: [{}] } },
      403,
    ],
    [
      "a grant to review access by",
      "/apis/authorization.k8s.io/v1/subjectaccessreviews",
      {
        spec: { user: "x", resourceAttributes: { verb: "use" } },
      },
      403,
    ],
  ])("%s: refused by Kubernetes", async (_attempt, path, body, status) => {
    const answer = await world.send({
      method: "POST",
      path,
      body: JSON.stringify(body),
      impersonate: MALLORY,
    });
    expect(answer.status).toBe(status);
  });

  test.each([
    ["reading it in the old version", "GET", "v1alpha1", undefined],
    ["applying it in the old version", "PATCH", "v1alpha1", { credspec: {} }],
    ["reading it", "GET", "v1", undefined],
  ] as const)("%s: refused by Kubernetes", async (_attempt, method, version, body) => {
    const { status } = await world.send({
      method,
      path: `/apis/windows.k8s.io/${version}/gmsacredentialspecs/${CREDSPEC}?fieldManager=x`,
      contentType: "application/apply-patch+yaml",
      body: body && JSON.stringify(body),
      impersonate: MALLORY,
    });
    expect(status).toBe(403);
  });

  test.each([
    ["a subresource", { resources: ["gmsacredentialspecs/status"] }],
    ["all subresources", { resources: ["gmsacredentialspecs/*"] }],
    ["names with a star", { resources: ["gmsacredentialspecs"], resourceNames: ["gmsa-*"] }],
    ["the verb in capitals", { resources: ["gmsacredentialspecs"], verbs: ["USE"] }],
    ["another group", { resources: ["gmsacredentialspecs"], apiGroups: ["apps"] }],
  ])("a grant for %s, hoping that it is read widely: it grants nothing", async (what, rule) => {
    const name = `almost-${what.replaceAll(" ", "-")}`;
    await objects.createServiceAccount(NAMESPACE, name);
    // A correct grant next to the odd one: once it takes effect, the other one has too.
    const right = { ...USE, resources: ["gmsacredentialspecs"], resourceNames: [PROBE] };
    await objects.rbac.createClusterRole({
      body: { metadata: { name }, rules: [{ ...USE, ...rule }, right] },
    });
    await objects.bindInNamespace(NAMESPACE, name, {
      ...{ kind: "ServiceAccount", name, namespace: NAMESPACE },
    });
    try {
      await untilAdmitted(
        objects,
        podOf(NAMESPACE, "p", { serviceAccount: name, credspec: PROBE }),
      );
      const outcome = await objects.createPod(
        podOf(NAMESPACE, "p", { serviceAccount: name, credspec: CREDSPEC }),
      );
      expect(outcome).toMatchObject({
        causes: [cause("NotAuthorized", `spec.${NAME}`, name, CREDSPEC)],
      });
    } finally {
      await objects.rbac.deleteClusterRole({ name });
    }
  });
});
