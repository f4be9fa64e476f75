import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { ObjectLike } from "../../../../rules/object";
import type { CredspecProblem } from "../../../../rules/problem";
import { ManifestCluster } from "../../../../cli/manifests/manifest-cluster";
import { parseManifests } from "../../../../cli/manifests/manifests";
import { admissionCases, clusterFixture } from "../../../fixtures/admission-case";
import { clusterManifests } from "../../../fixtures/cluster-manifests";
import { fixtureCluster } from "../../../support/fixture-cluster";

const EXAMPLES = join(__dirname, "../../../../examples");
const WEB = { namespace: "shop", name: "web" };

function objectsIn(text: string): ObjectLike[] {
  const { manifests, problems } = parseManifests({ name: "test.yaml", text });
  expect(problems).toEqual([]);
  return manifests.map(({ object }) => object);
}

function example(...names: string[]): ObjectLike[] {
  return names.flatMap(name => objectsIn(readFileSync(join(EXAMPLES, name), "utf8")));
}

describe("a cluster of manifests", () => {
  test("answers as the cluster of the fixtures, of which it is made", async () => {
    const cluster = new ManifestCluster(clusterManifests("team-a"), "team-a");
    const expected = fixtureCluster();
    const names = [...Object.keys(clusterFixture.credspecs), "absent"];
    const accounts = new Set(
      admissionCases("team-a").map(({ pod }) => pod.spec.serviceAccountName ?? "default"),
    );
    for (const name of names) {
      expect(await cluster.readCredspec(name)).toEqual(await expected.readCredspec(name));
      for (const account of accounts) {
        const serviceAccount = { namespace: "team-a", name: account };
        expect(await cluster.mayUse(serviceAccount, name)).toEqual(
          await expected.mayUse(serviceAccount, name),
        );
      }
    }
    expect(accounts.size).toBeGreaterThan(2);
  });

  test("knows the examples", async () => {
    const cluster = new ManifestCluster(example("credspec.yaml", "rbac.yaml"), "default");
    const found = await cluster.readCredspec("webapp1");
    expect(found).toMatchObject({
      outcome: "found",
      credspec: { contents: expect.stringMatching(/^\{"ActiveDirectoryConfig":/) as string },
    });
    const may = (namespace: string, name: string): Promise<unknown> =>
      cluster.mayUse({ namespace, name }, "webapp1");
    expect(await may("gmsa-demo", "webapp1")).toEqual({ outcome: "allowed" });
    expect(await may("gmsa-demo", "default")).toEqual({ outcome: "denied", reason: "" });
    expect(await may("other", "webapp1")).toEqual({ outcome: "denied", reason: "" });
  });

  test("has a credential spec as it would be stored: without unknown keys and nulls", async () => {
    const cluster = new ManifestCluster(
      objectsIn(`
apiVersion: windows.k8s.io/v1alpha1
kind: GMSACredentialSpec
metadata: { name: webapp1 }
credspec:
  CmsPlugins: [ActiveDirectory]
  Comment: mine
  DomainJoinConfig: { Sid: null, DnsName: contoso.com, dnsname: contoso.com }
  ActiveDirectoryConfig:
    GroupManagedServiceAccounts: [{ Name: webapp1, Scope: CONTOSO, Description: x }]
    HostAccountConfig: null
`),
      "default",
    );
    expect(await cluster.readCredspec("webapp1")).toMatchObject({
      credspec: {
        contents:
          '{"ActiveDirectoryConfig":{"GroupManagedServiceAccounts":[{"Name":"webapp1","Scope":"CONTOSO"}]},' +
          '"CmsPlugins":["ActiveDirectory"],"DomainJoinConfig":{"DnsName":"contoso.com"}}',
      },
    });
  });

  test("leaves out objects that the API server would refuse, and reports them", async () => {
    const cluster = new ManifestCluster(
      objectsIn(`
apiVersion: windows.k8s.io/v1
kind: GMSACredentialSpec
metadata: { name: webapp1 }
credspec: { CmsPlugins: ActiveDirectory }
---
apiVersion: windows.k8s.io/v1
kind: GMSACredentialSpec
metadata: { name: keyless }
credspec: null
---
apiVersion: example.com/v1
kind: GMSACredentialSpec
metadata: { name: another-group }
credspec: {}
`),
      "default",
    );
    expect(cluster.faulty).toEqual([
      {
        name: "webapp1",
        findings: expect.arrayContaining([
          expect.objectContaining({
            places: [expect.objectContaining({ text: "credspec.CmsPlugins" })],
          }),
        ]) as CredspecProblem[],
        isLeftOut: true,
      },
      {
        name: "keyless",
        findings: [
          expect.objectContaining({
            level: "error",
            places: [{ path: ["credspec"], text: "credspec" }],
          }),
        ],
        isLeftOut: false,
      },
    ]);
    expect(await cluster.readCredspec("webapp1")).toEqual({ outcome: "absent" });
    expect(await cluster.readCredspec("another-group")).toEqual({ outcome: "absent" });
    expect(await cluster.readCredspec("keyless")).toEqual({ outcome: "no credspec key" });
  });

  test("follows the last of several objects with the same name", async () => {
    const role = (verb: string): string => `
---
apiVersion: windows.k8s.io/v1
kind: GMSACredentialSpec
metadata: { name: webapp1 }
credspec: { CmsPlugins: [${verb}] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: r }
rules: [{ apiGroups: [windows.k8s.io], resources: [gmsacredentialspecs], verbs: [${verb}] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: r, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: r }
subjects: [{ kind: ServiceAccount, name: web }]
`;
    const last = new ManifestCluster(objectsIn(role("use") + role("get")), "shop");
    expect(await last.mayUse(WEB, "webapp1")).toMatchObject({ outcome: "denied" });
    expect(await last.readCredspec("webapp1")).toMatchObject({
      credspec: { contents: '{"CmsPlugins":["get"]}' },
    });
    const first = new ManifestCluster(objectsIn(role("get") + role("use")), "shop");
    expect(await first.mayUse(WEB, "webapp1")).toEqual({ outcome: "allowed" });
  });

  test("reports missing roles of the account's bindings in the words of the RBAC authorizer", async () => {
    const binding = (kind: string, role: string, subject = "web"): string => `
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: { name: "${kind}-${role}-${subject}"${kind === "RoleBinding" ? ", namespace: shop" : ""} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${role}, name: missing }
subjects: [{ kind: ServiceAccount, name: ${subject}, namespace: shop }]
`;
    const reasonOf = async (text: string): Promise<unknown> =>
      new ManifestCluster(objectsIn(text), "shop").mayUse(WEB, "webapp1");

    expect(await reasonOf(binding("RoleBinding", "Role"))).toEqual({
      outcome: "denied",
      reason: 'RBAC: role.rbac.authorization.k8s.io "missing" not found',
    });
    expect(
      await reasonOf(
        binding("RoleBinding", "Role") +
          binding("ClusterRoleBinding", "ClusterRole") +
          binding("RoleBinding", "ClusterRole"),
      ),
    ).toEqual({
      outcome: "denied",
      reason:
        'RBAC: [clusterrole.rbac.authorization.k8s.io "missing" not found, ' +
        'role.rbac.authorization.k8s.io "missing" not found]',
    });
    expect(await reasonOf(binding("RoleBinding", "Role", "another"))).toEqual({
      outcome: "denied",
      reason: "",
    });
  });
});
