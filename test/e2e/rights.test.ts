/** The rights of the installation's programs: in the YAML, and according to the API server. */
import { attachBed } from "../setup/attach-bed";
import { PEPR_MANIFEST, manifest, manifests, readManifests } from "./built-manifests";

const bed = attachBed();

describe("the rights of the installation", () => {
  test("grants the controller exactly this", () => {
    expect(manifest("ClusterRole", "pepr-gmsa")?.rules).toEqual([
      { apiGroups: ["windows.k8s.io"], resources: ["gmsacredentialspecs"], verbs: ["get"] },
      {
        apiGroups: ["authorization.k8s.io"],
        resources: ["subjectaccessreviews"],
        verbs: ["create"],
      },
    ]);
    expect(manifest("Role", "pepr-gmsa-store")?.rules).toEqual([
      { apiGroups: ["pepr.dev"], resources: ["peprstores"], verbs: ["create"] },
      {
        apiGroups: ["pepr.dev"],
        resources: ["peprstores"],
        resourceNames: ["pepr-gmsa-store", "pepr-gmsa-schedule"],
        verbs: ["get", "patch", "watch"],
      },
    ]);
    const subjects = [{ kind: "ServiceAccount", name: "pepr-gmsa", namespace: "pepr-system" }];
    expect(manifest("ClusterRoleBinding", "pepr-gmsa")?.subjects).toEqual(subjects);
    expect(manifest("RoleBinding", "pepr-gmsa-store")?.subjects).toEqual(subjects);
  });

  test("grants what keeps the certificates exactly this", () => {
    expect(manifest("ClusterRole", "pepr-gmsa-certificates")?.rules).toEqual([
      {
        apiGroups: ["admissionregistration.k8s.io"],
        resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
        resourceNames: ["pepr-gmsa"],
        verbs: ["get", "patch"],
      },
    ]);
    expect(manifest("Role", "pepr-gmsa-certificates")?.rules).toEqual([
      {
        apiGroups: [""],
        resources: ["secrets"],
        resourceNames: ["pepr-gmsa-tls", "pepr-gmsa-api-path"],
        verbs: ["get", "update"],
      },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list"] },
      { apiGroups: [""], resources: ["events"], verbs: ["create"] },
    ]);
    expect(manifests.filter(({ kind }) => kind.endsWith("Role"))).toHaveLength(4);
  });

  test("binds each account to its own two roles, and nobody to anything else", () => {
    const bindings = manifests.flatMap(({ kind, metadata, roleRef, subjects }) =>
      kind.endsWith("RoleBinding") ? [[kind, metadata.name, roleRef, subjects]] : [],
    );
    const roleRef = (kind: string, name: string): object => {
      return { apiGroup: "rbac.authorization.k8s.io", kind, name };
    };
    const account = (name: string): object[] => {
      return [{ kind: "ServiceAccount", name, namespace: "pepr-system" }];
    };
    const expected = (["pepr-gmsa", "pepr-gmsa-certificates"] as const).flatMap(name => {
      const role = name === "pepr-gmsa" ? "pepr-gmsa-store" : name;
      return [
        ["ClusterRoleBinding", name, roleRef("ClusterRole", name), account(name)],
        ["RoleBinding", role, roleRef("Role", role), account(name)],
      ];
    });
    expect(bindings).toHaveLength(expected.length);
    expect(bindings).toEqual(expect.arrayContaining(expected));
    // Roles that gather others, or that others gather, would grant more than their rules.
    for (const { kind, metadata, ...role } of manifests) {
      if (!kind.endsWith("Role")) continue;
      expect([metadata.name, role]).toEqual([
        metadata.name,
        expect.not.objectContaining({ aggregationRule: expect.anything() as unknown }),
      ]);
      expect(JSON.stringify(metadata)).not.toContain("aggregate-to-");
    }
  });

  test("Pepr's own YAML grants no more than this either", () => {
    const roles = readManifests(PEPR_MANIFEST).filter(({ kind }) => kind === "ClusterRole");
    expect(roles.map(({ rules }) => rules)).toEqual([
      [
        { apiGroups: ["windows.k8s.io"], resources: ["gmsacredentialspecs"], verbs: ["get"] },
        {
          apiGroups: ["authorization.k8s.io"],
          resources: ["subjectaccessreviews"],
          verbs: ["create"],
        },
        {
          apiGroups: ["pepr.dev"],
          resources: ["peprstores"],
          verbs: ["create", "get", "patch", "watch"],
        },
        {
          apiGroups: ["apiextensions.k8s.io"],
          resources: ["customresourcedefinitions"],
          verbs: ["patch", "create"],
        },
      ],
    ]);
  });

  /** What an account may do in a namespace, according to the API server. */
  async function rulesOf(account: string): Promise<string[]> {
    const user = `--as=system:serviceaccount:pepr-system:${account}`;
    const groups = ["authenticated", "serviceaccounts", "serviceaccounts:pepr-system"];
    const { stdout } = await bed.kubectl([
      ...["auth", "can-i", "--list", "--no-headers", "-n", "pepr-system", user],
      ...groups.map(group => `--as-group=system:${group}`),
    ]);
    return stdout
      .split("\n")
      .map(line => line.replace(/\s+/g, " ").trim())
      .filter(line => line !== "");
  }

  test("the API server grants them these rules and those of every account", async () => {
    const everyone = await rulesOf("nobody");
    const own = async (account: string): Promise<string[]> =>
      (await rulesOf(account)).filter(rule => !everyone.includes(rule)).sort();
    expect(everyone.length).toBeGreaterThan(3);
    expect(await own("pepr-gmsa")).toEqual([]);
    expect(await own("pepr-gmsa-certificates")).toEqual([]);
  });

  const WEBHOOKS = "validatingwebhookconfigurations.admissionregistration.k8s.io";
  const CREDSPECS = "gmsacredentialspecs.windows.k8s.io";

  test.each([
    ["pepr-gmsa", "get", CREDSPECS, "yes"],
    ["pepr-gmsa", "create", "subjectaccessreviews.authorization.k8s.io", "yes"],
    ["pepr-gmsa", "list", CREDSPECS, "no"],
    ["pepr-gmsa", "watch", CREDSPECS, "no"],
    ["pepr-gmsa", "use", CREDSPECS, "no"],
    ["pepr-gmsa", "get", "pods", "no"],
    ["pepr-gmsa", "get", "secrets", "no"],
    ["pepr-gmsa", "get", "secrets/pepr-gmsa-tls", "no"],
    ["pepr-gmsa", "patch", `crds/${CREDSPECS}`, "no"],
    ["pepr-gmsa", "patch", `${WEBHOOKS}/pepr-gmsa`, "no"],
    ["pepr-gmsa-certificates", "get", "secrets/pepr-gmsa-tls", "yes"],
    ["pepr-gmsa-certificates", "update", "secrets/pepr-gmsa-tls", "yes"],
    ["pepr-gmsa-certificates", "update", "secrets/pepr-gmsa-api-path", "yes"],
    ["pepr-gmsa-certificates", "get", "secrets/another", "no"],
    ["pepr-gmsa-certificates", "list", "secrets", "no"],
    ["pepr-gmsa-certificates", "create", "secrets", "no"],
    ["pepr-gmsa-certificates", "patch", `${WEBHOOKS}/pepr-gmsa`, "yes"],
    ["pepr-gmsa-certificates", "patch", `${WEBHOOKS}/another`, "no"],
    ["pepr-gmsa-certificates", "delete", `${WEBHOOKS}/pepr-gmsa`, "no"],
    ["pepr-gmsa-certificates", "create", "events", "yes"],
    ["pepr-gmsa-certificates", "get", CREDSPECS, "no"],
    ["pepr-gmsa-certificates", "get", "pods", "no"],
  ])("may %s %s %s? %s", async (account, verb, resource, answer) => {
    const user = `--as=system:serviceaccount:pepr-system:${account}`;
    const { stdout } = await bed.kubectl(
      ["auth", "can-i", verb, resource, "-n", "pepr-system", user],
      { allowFailure: true },
    );
    expect(stdout.trim()).toBe(answer);
  });
});
