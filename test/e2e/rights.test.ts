/** The rights of the installation's programs: in the YAML, and according to the API server. */
import { attachBed } from "../setup/attach-bed";
import { ownRules } from "./account-rules";
import { PEPR_MANIFEST, manifest, manifests, readManifests } from "./built-manifests";

const bed = attachBed();

describe("the rights of the installation", () => {
  test("grants the webhook exactly this", () => {
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

  test("grants the certificate controller exactly this", () => {
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

  test("binds each account to its own two roles, and has no other bindings", () => {
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

  test("the API server grants them these rules and those of every account", async () => {
    const rules = (name: string, namespace: string): Promise<string[]> =>
      ownRules(bed, { namespace: "pepr-system", name }, namespace);
    const ofWebhook = [
      "gmsacredentialspecs.windows.k8s.io [] [] [get]",
      "subjectaccessreviews.authorization.k8s.io [] [] [create]",
    ];
    const ofCertificates = ["mutating", "validating"].map(
      kind =>
        `${kind}webhookconfigurations.admissionregistration.k8s.io [] [pepr-gmsa] [get patch]`,
    );
    expect(await rules("pepr-gmsa", "default")).toEqual(ofWebhook);
    expect(await rules("pepr-gmsa-certificates", "default")).toEqual(ofCertificates);
    expect(await rules("pepr-gmsa", "pepr-system")).toEqual([
      ...ofWebhook.slice(0, 1),
      "peprstores.pepr.dev [] [] [create]",
      "peprstores.pepr.dev [] [pepr-gmsa-schedule] [get patch watch]",
      "peprstores.pepr.dev [] [pepr-gmsa-store] [get patch watch]",
      ...ofWebhook.slice(1),
    ]);
    const [mutating, validating] = ofCertificates;
    expect(await rules("pepr-gmsa-certificates", "pepr-system")).toEqual([
      "endpointslices.discovery.k8s.io [] [] [list]",
      "events [] [] [create]",
      mutating,
      "secrets [] [pepr-gmsa-api-path] [get update]",
      "secrets [] [pepr-gmsa-tls] [get update]",
      validating,
    ]);
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
