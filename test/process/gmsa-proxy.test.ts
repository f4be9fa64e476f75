/** `gmsa` behind a proxy: URLs of manifests, and the API server. */
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

import { MISSPELT_POD as POD } from "../fixtures/misspelt-pod";
import { ownPki } from "../fixtures/own-pki";
import { folderOfEachTest } from "../support/folder-of-test";
import { gmsa, type GmsaResult } from "../support/gmsa-program";
import { loopbackProxy, type LoopbackProxy } from "../support/loopback-proxy";

const FOUND = /:6: error: Pod\/web .*\(GMSA210\)/;
/** Removes the proxies of the machine that the tests run on. */
const NONE = Object.fromEntries(
  ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap(name => [
    [name, undefined],
    [name.toLowerCase(), undefined],
  ]),
);

const folder = folderOfEachTest("gmsa-proxy-");
let plain: Server;
let secure: Server;
let ca: string;
let proxy: LoopbackProxy;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  const pki = await ownPki(["files.example", "api.example"]);
  ca = pki.ca;
  plain = createServer((_, response) => response.end(POD));
  secure = createTlsServer({ cert: pki.certificate, key: pki.key }, ({ url }, response) => {
    response.setHeader("content-type", "application/json");
    if (url === "/pod.yaml") response.end(POD);
    else if (url === "/version") response.end(JSON.stringify({ gitVersion: "v1.99.7" }));
    else response.writeHead(403).end(JSON.stringify({ kind: "Status", code: 403 }));
  });
  for (const server of [plain, secure]) {
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  }
});

beforeEach(async () => {
  proxy = await loopbackProxy({
    "files.example": portOf(plain),
    "files.example:443": portOf(secure),
    "api.example:6443": portOf(secure),
  });
});

afterEach(() => {
  proxy.close();
});

afterAll(() => {
  for (const server of [plain, secure]) {
    server.closeAllConnections();
    server.close();
  }
});

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<GmsaResult> {
  const trusted = folder.file("ca.pem", ca);
  return gmsa(args, { env: { ...NONE, NODE_EXTRA_CA_CERTS: trusted, ...env } });
}

describe("an address of manifests", () => {
  test("is asked of the proxy for http, with the user of the proxy", async () => {
    const env = { HTTP_PROXY: `http://me:secret@${proxy.address}` };
    const { stdout } = await run(["lint", "http://files.example/pod.yaml"], env);
    expect(stdout).toMatch(FOUND);
    expect(proxy.asked).toEqual(["GET http://files.example/pod.yaml as me:secret"]);
  });

  test("goes through a tunnel of the proxy for https", async () => {
    const env = { https_proxy: proxy.address };
    const { stdout } = await run(["lint", "-f", "https://files.example/pod.yaml"], env);
    expect(stdout).toMatch(FOUND);
    expect(proxy.asked).toEqual(["CONNECT files.example:443"]);
  });

  test("goes there directly if NO_PROXY has it", async () => {
    const env = { HTTP_PROXY: proxy.address, NO_PROXY: "10.0.0.0/8,example" };
    const { stdout } = await run(["lint", "http://files.example/pod.yaml"], env);
    expect(stdout).toMatch(/cannot read http:\/\/files\.example\/pod\.yaml: .*files\.example/);
    expect(proxy.asked).toEqual([]);
  });

  test("is a finding if the proxy cannot reach it, or is not a proxy", async () => {
    const [refused, wrong, nobody] = await Promise.all([
      run(["lint", "https://other.example/pod.yaml"], { HTTPS_PROXY: proxy.address }),
      run(["lint", "https://files.example/pod.yaml"], { HTTPS_PROXY: "http://[" }),
      run(["lint", "http://files.example/pod.yaml"], { HTTP_PROXY: "127.0.0.1:1" }),
    ]);
    expect(refused.stdout).toMatch(/cannot read https:\/\/other\.example\/pod\.yaml: .+/);
    expect(wrong.stdout).toContain("HTTPS_PROXY is not the address of a proxy");
    expect(nobody.stdout).toContain("connect ECONNREFUSED 127.0.0.1:1");
  });
});

describe("the API server", () => {
  function kubeconfig(cluster: object = {}): string {
    const authority = Buffer.from(ca).toString("base64");
    const server = "https://api.example:6443";
    return folder.file(
      "kubeconfig",
      JSON.stringify({
        ...{ apiVersion: "v1", kind: "Config", "current-context": "a" },
        clusters: [
          { name: "a", cluster: { server, "certificate-authority-data": authority, ...cluster } },
        ],
        users: [{ name: "a", user: { token: "t" } }],
        contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
      }),
    );
  }

  async function version(file: string, env: NodeJS.ProcessEnv): Promise<string> {
    const { stdout, stderr } = await run(["version", "--kubeconfig", file], env);
    return stdout + stderr;
  }

  test("is reached by the proxy of the environment", async () => {
    const told = await version(kubeconfig(), { HTTPS_PROXY: proxy.address });
    expect(told).toContain("v1.99.7");
    expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT api.example:6443"]));
  });

  test("is reached by proxy-url, which comes before the environment", async () => {
    const file = kubeconfig({ "proxy-url": `http://${proxy.address}` });
    const told = await version(file, { HTTPS_PROXY: "127.0.0.1:1", NO_PROXY: "*" });
    expect(told).toContain("v1.99.7");
    expect(proxy.asked).not.toEqual([]);
  });

  test("is asked directly if NO_PROXY has it", async () => {
    const env = { HTTPS_PROXY: proxy.address, NO_PROXY: ".example:6443" };
    const told = await version(kubeconfig(), env);
    expect(told).not.toContain("v1.99.7");
    expect(proxy.asked).toEqual([]);
  });

  test.each([
    ["http://127.0.0.1:1", "the proxy 127.0.0.1:1 refused the connection"],
    ["PROXY", "the proxy does not connect to other.example:6443: it answers 502"],
  ])("is not reached by a proxy that does not work: %s", async (named, complaint) => {
    const file = kubeconfig({ server: "https://other.example:6443" });
    const env = { HTTPS_PROXY: named === "PROXY" ? proxy.address : named };
    const { stderr } = await run(["status", "--kubeconfig", file], env);
    expect(stderr).toContain(complaint);
    expect(stderr).toContain("Check proxy-url of the kubeconfig, and HTTPS_PROXY and NO_PROXY.");
  });

  test("is not asked through a proxy that is not an address", async () => {
    const told = await version(kubeconfig(), { HTTPS_PROXY: "http://[" });
    expect(told).toContain("HTTPS_PROXY is not the address of a proxy");
  });
});
