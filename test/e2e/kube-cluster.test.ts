/** Requests to a real API server, for arbitrary names. */
import type { CallObserver } from "../../kube/call-observer";
import { AdmissionCluster } from "../../kube/admission-cluster";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";

const NAMESPACE = "gmsa-names";
const CREDSPEC = "names";
const ROLE = "gmsa-names-every-credspec";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
let calls: string[] = [];
const observer: CallObserver = {
  called: (kind, result) => calls.push(`${kind}: ${result}`),
  answeredFromMemory: () => undefined,
};
const cluster = new AdmissionCluster(bed.kubeConfig, observer);

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await objects.createCredspec(CREDSPEC, validCredspec());
  await objects.createServiceAccount(NAMESPACE, "a");
  // Without resource names, so that a credential spec of any name may be used.
  await objects.createUseRole(ROLE);
  await objects.bindInNamespace(NAMESPACE, ROLE, {
    kind: "ServiceAccount",
    name: "a",
    namespace: NAMESPACE,
  });
});

beforeEach(() => {
  calls = [];
});

afterAll(async () => {
  await Promise.all([
    objects.deleteCredspec(CREDSPEC),
    objects.rbac.deleteClusterRole({ name: ROLE }),
    objects.core.deleteNamespace({ name: NAMESPACE }),
  ]);
});

test.each([
  "..",
  ".",
  "../gmsacredentialspecs",
  `${CREDSPEC}/status`,
  `${CREDSPEC}?x=y`,
  `x/../${CREDSPEC}`,
  "%2e%2e",
  "",
  " ",
  "Names",
  `${CREDSPEC}\n`,
  "n".repeat(254),
  "\ud800",
])("no request is sent for %j: no object can have that name", async name => {
  expect(await cluster.readCredspec(name, { fresh: true })).toEqual({ outcome: "absent" });
  expect(calls).toEqual([]);
});

test("an answer about one account does not count for another, whatever their names", async () => {
  const ask = (account: string, credspec: string): ReturnType<AdmissionCluster["mayUse"]> =>
    cluster.mayUse({ namespace: NAMESPACE, name: account }, credspec);
  await eventually(
    () => ask("a", "b/c"),
    ({ outcome }) => outcome === "allowed",
  );

  expect(await ask("a/b", "c")).toMatchObject({ outcome: "denied" });
  // This answer is cached, so only a difference in the question leads to another call.
  calls = [];
  expect(await ask("a", "b/c")).toEqual({ outcome: "allowed" });
  expect(calls).toEqual([]);
  for (const [namespace, name] of [
    ["gmsa-elsewhere", "a"],
    [`${NAMESPACE}","a`, "b/c"],
    [NAMESPACE, "other"],
  ] as const) {
    expect(await cluster.mayUse({ namespace, name }, "b/c")).toMatchObject({ outcome: "denied" });
  }
  expect(calls).toHaveLength(3);
});
