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
