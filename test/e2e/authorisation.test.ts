/** Who may use a credential spec: real RBAC objects, in every form that users bind them. */
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects, REMEMBERED_MS } from "../../testbed/objects/cluster-objects";
import type { Outcome } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { cause, NAME } from "../support/refusals";
import { sleep } from "../../testbed/process/log";

const NAMESPACE = "gmsa-authorisation";
const ELSEWHERE = "gmsa-elsewhere";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const roles: string[] = [];

async function useRole(name: string, credspecs?: string[]): Promise<string> {
  await objects.createUseRole(name, credspecs);
  roles.push(name);
  return name;
}

async function accountOf(
  name: string,
  namespace = NAMESPACE,
): Promise<{ kind: string; name: string; namespace: string }> {
  await objects.createServiceAccount(namespace, name);
  return { kind: "ServiceAccount", name, namespace };
}

/** Sends a dry run of a Pod with this account and credential spec. */
function ask(serviceAccount: string, credspec: string, namespace = NAMESPACE): Promise<Outcome> {
  return objects.createPod(podOf(namespace, "asks", { serviceAccount, credspec }), {
    dryRun: true,
  });
}

/** Repeats until a new grant has reached the API server's authorizer. */
function untilAdmitted(
  serviceAccount: string,
  credspec: string,
  namespace = NAMESPACE,
): Promise<Outcome> {
  return eventually(
    () => ask(serviceAccount, credspec, namespace),
    ({ admitted }) => admitted,
  );
}

/** The refusal for a missing grant, and for no other reason. */
function notAuthorized(serviceAccount: string, credspec: string): object {
  return {
    admitted: false,
    causes: [cause("NotAuthorized", `spec.${NAME}`, serviceAccount, credspec)],
  };
}

beforeAll(async () => {
  await Promise.all([NAMESPACE, ELSEWHERE].map(name => bed.createNamespace(name)));
  await Promise.all(["one", "two"].map(name => objects.createCredspec(name, validCredspec(name))));
});

afterAll(async () => {
  await Promise.all([
    ...["one", "two"].map(name => objects.deleteCredspec(name)),
    ...roles.map(name => objects.rbac.deleteClusterRole({ name })),
    objects.rbac.deleteClusterRoleBinding({ name: "gmsa-in-cluster" }),
    ...[NAMESPACE, ELSEWHERE].map(name => objects.core.deleteNamespace({ name })),
  ]);
});

describe("authorisation", () => {
  test("a RoleBinding allows the named credential spec only", async () => {
    const account = await accountOf("bound");
    await objects.bindInNamespace(NAMESPACE, await useRole("gmsa-one", ["one"]), account);

    expect(await untilAdmitted("bound", "one")).toMatchObject({ admitted: true });
    expect(await ask("bound", "two")).toMatchObject(notAuthorized("bound", "two"));
  });

  test("a RoleBinding allows nothing in another namespace", async () => {
    const account = await accountOf("bound", ELSEWHERE);
    // Bound in the namespace of the other account with the same name.
    await objects.bindInNamespace(ELSEWHERE, await useRole("gmsa-elsewhere-two", ["two"]), account);

    expect(await untilAdmitted("bound", "two", ELSEWHERE)).toMatchObject({ admitted: true });
    expect(await ask("bound", "one", ELSEWHERE)).toMatchObject(notAuthorized("bound", "one"));
    expect(await ask("bound", "two", NAMESPACE)).toMatchObject(notAuthorized("bound", "two"));
  });

  test("a ClusterRoleBinding allows the account in its own namespace", async () => {
    await objects.bindInCluster(
      await useRole("gmsa-in-cluster", ["one"]),
      await accountOf("clusterwide"),
    );

    expect(await untilAdmitted("clusterwide", "one")).toMatchObject({ admitted: true });
    await accountOf("clusterwide", ELSEWHERE);
    expect(await ask("clusterwide", "one", ELSEWHERE)).toMatchObject(
      notAuthorized("clusterwide", "one"),
    );
  });

  test("a group of all service accounts of the namespace can be granted", async () => {
    await accountOf("grouped", ELSEWHERE);
    await objects.bindInNamespace(ELSEWHERE, await useRole("gmsa-group", ["one"]), {
      kind: "Group",
      name: `system:serviceaccounts:${ELSEWHERE}`,
      apiGroup: "rbac.authorization.k8s.io",
    });

    expect(await untilAdmitted("grouped", "one", ELSEWHERE)).toMatchObject({ admitted: true });
    expect(await untilAdmitted("default", "one", ELSEWHERE)).toMatchObject({ admitted: true });
  });

  test("a role without resource names allows every credential spec", async () => {
    await objects.bindInNamespace(NAMESPACE, await useRole("gmsa-all"), await accountOf("all"));

    expect(await untilAdmitted("all", "one")).toMatchObject({ admitted: true });
    expect(await ask("all", "two")).toMatchObject({ admitted: true });
  });

  test("the right to read a credential spec is not the right to use it", async () => {
    await objects.rbac.createClusterRole({
      body: {
        metadata: { name: "gmsa-read" },
        rules: [
          {
            apiGroups: ["windows.k8s.io"],
            resources: ["gmsacredentialspecs"],
            verbs: ["get", "list", "watch"],
          },
        ],
      },
    });
    roles.push("gmsa-read");
    const account = await accountOf("reader");
    await objects.bindInNamespace(NAMESPACE, "gmsa-read", account);

    const { stdout } = await bed.kubectl(
      [
        "auth",
        "can-i",
        "get",
        "gmsacredentialspecs.windows.k8s.io/one",
        "-n",
        NAMESPACE,
        `--as=system:serviceaccount:${NAMESPACE}:reader`,
      ],
      { allowFailure: true },
    );
    expect(stdout).toContain("yes");
    expect(await ask("reader", "one")).toMatchObject(notAuthorized("reader", "one"));
  });

  test("a grant that is revoked is gone within moments, and running Pods stay", async () => {
    const role = await useRole("gmsa-revoked", ["one"]);
    await objects.bindInNamespace(NAMESPACE, role, await accountOf("revoked"));
    await untilAdmitted("revoked", "one");
    const running = podOf(NAMESPACE, "running", { serviceAccount: "revoked", credspec: "one" });
    expect(await objects.createPod(running)).toMatchObject({ admitted: true });

    await objects.rbac.deleteNamespacedRoleBinding({ namespace: NAMESPACE, name: role });

    // The cache of one second, and the API server's own delay.
    await sleep(REMEMBERED_MS);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => ask("revoked", "one")));
    for (const outcome of outcomes) expect(outcome).toMatchObject(notAuthorized("revoked", "one"));
    const labelled = await objects.updatePod(running.metadata, pod => {
      Object.assign(pod.metadata ?? {}, { labels: { still: "here" } });
    });
    expect(labelled).toMatchObject({ admitted: true });
    await objects.deletePod(running.metadata);
  });
});
