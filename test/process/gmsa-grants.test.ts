/** `gmsa grant`, `revoke` and `who-can` without a cluster, as users run them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

import { gmsa } from "../support/gmsa-program";

const folder = mkdtempSync(join(tmpdir(), "gmsa-grants-"));
const noCluster = { env: { HOME: folder, KUBECONFIG: "" } };

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Binding {
  kind: string;
  metadata: { name: string; namespace?: string };
}

function objectsIn(yaml: string): Binding[] {
  return [...parseAllDocuments(yaml)].map(document => document.toJS() as Binding);
}

test.each([
  ["grant", ["ClusterRole", "RoleBinding", "RoleBinding", "RoleBinding"]],
  ["revoke", ["RoleBinding", "RoleBinding", "RoleBinding"]],
])("gmsa %s prints objects; options may come first, and accounts several times", async (...it) => {
  const [command, kinds] = it;
  const { code, stdout, stderr } = await gmsa(
    [
      ...[command, "--dry-run", "client", "-n", "shop", "--service-account", "web,hr/web"],
      ...["--service-account", "batch", "webapp1"],
    ],
    noCluster,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const objects = objectsIn(stdout);
  expect(objects.map(({ kind }) => kind)).toEqual(kinds);
  expect(objects.slice(-3).map(({ metadata }) => metadata)).toEqual([
    { name: "use-gmsa-webapp1:web", namespace: "shop" },
    { name: "use-gmsa-webapp1:web", namespace: "hr" },
    { name: "use-gmsa-webapp1:batch", namespace: "shop" },
  ]);
});

test("a service account without a namespace is in that of the context", async () => {
  const kubeconfig = join(folder, "kubeconfig");
  const context = { cluster: "away", namespace: "shop" };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: "away", cluster: { server: "https://127.0.0.1:1" } }],
      contexts: [{ name: "away", context }],
      "current-context": "away",
    }),
  );
  const words = ["revoke", "webapp1", "--service-account", "web", "--dry-run", "client"];
  const { stdout } = await gmsa([...words, "--kubeconfig", kubeconfig]);
  expect(parse(stdout)).toMatchObject({ metadata: { namespace: "shop" } });
});

test("gmsa revoke accepts -o only with --dry-run client", async () => {
  const words = ["revoke", "webapp1", "--service-account", "shop/web", "-o", "yaml"];
  expect(await gmsa(words, noCluster)).toEqual({
    code: 2,
    stdout: "",
    stderr: "error: -o needs --dry-run client\nSee `gmsa revoke --help`.\n",
  });
});

test.each([
  [["who-can"], "the name of a credential spec is missing\nSee `gmsa who-can --help`.\n"],
  [
    ["who-can", "-f", "examples", "webapp1"],
    "the name of a credential spec is missing\nWrite it before -f, because -f reads all words up to the next option as files.\n",
  ],
  [
    ["who-can", "WebApp1"],
    'no GMSACredentialSpec can be named "WebApp1"\nRun `kubectl get gmsa` to list the existing ones.\n',
  ],
])("wrong usage: %j", async (words, complaint) => {
  const { code, stdout, stderr } = await gmsa(words, noCluster);
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: `error: ${complaint}` });
});

test.each([
  "gmsa/webapp1",
  "GMSACredentialSpec/webapp1",
  "gmsacredentialspecs/webapp1",
  "gmsacredentialspec.windows.k8s.io/webapp1",
  "gmsacredentialspecs.v1.windows.k8s.io/webapp1",
])("the kind may stand before the name: %s", async name => {
  const account = ["--service-account", "shop/web", "--dry-run", "client"];
  const named = await gmsa(["grant", name, ...account], noCluster);
  expect(named.code).toBe(0);
  expect(named).toEqual(await gmsa(["grant", "webapp1", ...account], noCluster));
  const files = ["-f", "examples/rbac.yaml"];
  expect(await gmsa(["who-can", name, ...files])).toEqual(
    await gmsa(["who-can", "webapp1", ...files]),
  );
});

test.each(["pod/webapp1", "gmsa/", "gmsa/a/b"])("%s names no credential spec", async name => {
  const { code, stderr } = await gmsa(["who-can", name], noCluster);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: no GMSACredentialSpec can be named "/);
});
