import { HttpMethod, RequestContext, type KubeConfig } from "@kubernetes/client-node";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { loadKubeConfig } from "../../../kube/client";
import { KubeconfigError } from "../../../kube/kubeconfig-file";
import type { KubeConfigOverrides } from "../../../kube/kubeconfig-overrides";

const folder = mkdtempSync(join(tmpdir(), "gmsa-overrides-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const CA = Buffer.from("a CA").toString("base64");
const FILE = join(folder, "config");
writeFileSync(
  FILE,
  JSON.stringify({
    clusters: [
      {
        name: "home",
        cluster: {
          server: "https://home.example:6443",
          "certificate-authority-data": CA,
          "tls-server-name": "home",
        },
      },
      { name: "away", cluster: { server: "https://away.example:6443" } },
    ],
    users: [
      { name: "admin", user: { "client-certificate-data": CA, "client-key-data": CA } },
      { name: "guest", user: { token: "of-guest" } },
    ],
    contexts: [{ name: "here", context: { cluster: "home", user: "admin", namespace: "shop" } }],
    "current-context": "here",
  }),
);
const EMPTY = join(folder, "empty");
writeFileSync(EMPTY, JSON.stringify({ kind: "Config" }));

function load(overrides: KubeConfigOverrides, file = FILE): KubeConfig {
  return loadKubeConfig({ file, overrides });
}

const HOME = {
  name: "home",
  server: "https://home.example:6443",
  caData: CA,
  skipTLSVerify: false,
  tlsServerName: "home",
};

const ADMIN = { name: "admin", certData: CA, keyData: CA };

test.each<[string, KubeConfigOverrides, object, object]>([
  ["nothing", {}, HOME, ADMIN],
  [
    "another cluster",
    { cluster: "away" },
    { name: "away", server: "https://away.example:6443", skipTLSVerify: false },
    ADMIN,
  ],
  ["another user", { user: "guest" }, HOME, { name: "guest", token: "of-guest" }],
  [
    "a server, which has another name",
    { server: "https://10.0.0.1" },
    { name: "home", server: "https://10.0.0.1", caData: CA, skipTLSVerify: false },
    ADMIN,
  ],
  [
    "another authority",
    { certificateAuthority: "/ca.crt" },
    { ...HOME, caData: undefined, caFile: "/ca.crt" },
    ADMIN,
  ],
  [
    "no authority at all",
    { insecureSkipTlsVerify: true },
    { ...HOME, caData: undefined, skipTLSVerify: true },
    ADMIN,
  ],
  [
    "a token, without the certificate that would win",
    { token: "t" },
    HOME,
    { name: "admin", token: "t" },
  ],
  [
    "somebody else",
    { impersonation: { user: "web", groups: [] } },
    HOME,
    { ...ADMIN, impersonateUser: "web" },
  ],
])("with %s", (_, overrides, cluster, user) => {
  const kubeConfig = load(overrides);
  expect(given(kubeConfig.getCurrentCluster())).toEqual(given(cluster));
  expect(given(kubeConfig.getCurrentUser())).toEqual(given(user));
  expect(kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace).toBe("shop");
});

/** Without the fields that the library leaves undefined or null. */
function given(object: object | null): object {
  const members = Object.entries(object ?? {}) as [string, unknown][];
  return Object.fromEntries(members.filter(([, value]) => value !== undefined && value !== null));
}

test("the kubeconfig may be empty, where options give every value", () => {
  const kubeConfig = load({ server: "https://10.0.0.1", token: "t" }, EMPTY);
  expect(kubeConfig.getCurrentCluster()?.server).toBe("https://10.0.0.1");
  expect(kubeConfig.getCurrentUser()?.token).toBe("t");
});

test.each<[KubeConfigOverrides, string, string]>([
  [{ cluster: "prod" }, 'the kubeconfig has no cluster "prod"', "It has home, away."],
  [{ user: "root" }, 'the kubeconfig has no user "root"', "It has admin, guest."],
])("%j is refused where it is not there", (overrides, message, remedy) => {
  expect(() => load(overrides)).toThrow(new KubeconfigError(message, remedy));
});

describe("groups", () => {
  const groups = ["a", "b, c", "d", "e", "system:masters"];
  const kubeConfig = load({ impersonation: { user: "web", groups } });

  test("go as lines of their own with calls of the library", async () => {
    const context = new RequestContext("https://home.example:6443/", HttpMethod.GET);
    await kubeConfig.applySecurityAuthentication(context);
    const sent = Object.entries(context.getHeaders()).filter(([name]) =>
      /^impersonate-/i.test(name),
    );
    expect(sent.map(([name, value]) => [name.toLowerCase(), value]).sort()).toEqual([
      ...groups.map(group => ["impersonate-group", group]),
      ["impersonate-user", "web"],
    ]);
  });

  test("and with calls that open a connection of their own", async () => {
    const options: RequestOptions = {};
    await kubeConfig.applyToHTTPSOptions(options);
    expect(options.headers).toMatchObject({
      "Impersonate-User": "web",
      "Impersonate-Group": groups,
    });
  });
});
