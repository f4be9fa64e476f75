/** `gmsa lint -f` with a URL, from servers on this machine. */
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo } from "node:net";

import { readUrl, URL_LIMITS } from "../../cli/manifests/url";
import { MISSPELT_POD as POD } from "../fixtures/misspelt-pod";
import { ownPki } from "../fixtures/own-pki";
import { folderOfEachTest } from "../support/folder-of-test";
import { gmsa } from "../support/gmsa-program";

const ANSWERS: Readonly<Record<string, RequestListener>> = {
  "/pod.yaml": (_, response) => response.end(`\uFEFF${POD}`),
  "/empty.yaml": (_, response) => response.end(),
  "/moved.yaml": (_, response) => response.writeHead(302, { location: "/pod.yaml" }).end(),
  "/circle.yaml": (_, response) => response.writeHead(302, { location: "/circle.yaml" }).end(),
  "/file.yaml": (_, response) =>
    response.writeHead(302, { location: "file:///etc/hostname" }).end(),
  "/slow.yaml": (_, response) => response.write("apiVersion: v1\n"),
  "/large.yaml": (_, response) => response.end(Buffer.alloc(3000, "#")),
  "/user.yaml": ({ headers }, response) =>
    response.writeHead(headers.authorization === "Basic bWU6c2VjcmV0" ? 200 : 401).end(POD),
};
const folder = folderOfEachTest("gmsa-url-");
let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = ANSWERS[request.url ?? ""];
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each(["/pod.yaml", "/moved.yaml"])("%s is read as a file is", async path => {
  const url = `${origin}${path}`;
  for (const args of [["-f", url], [url]]) {
    const { code, stdout } = await gmsa(["lint", ...args]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${url}:6: error: Pod/web`);
    expect(stdout).toContain("(GMSA210)");
  }
});

test.each([
  ["/empty.yaml", "the input does not contain a Kubernetes object"],
  ["/missing.yaml", "the server answers 404 Not Found"],
  ["/circle.yaml", "it redirects more than 10 times"],
  ["/file.yaml", "it redirects to file:///etc/hostname, which is not secure"],
])("%s is a finding", async (path, problem) => {
  const { code, stdout } = await gmsa([
    "lint",
    "-f",
    `${origin}${path}`,
    "-f",
    `${origin}/pod.yaml`,
  ]);
  expect(code).toBe(1);
  expect(stdout).toContain(problem);
  expect(stdout).toContain("(GMSA210)");
});

test("a server that does not listen", async () => {
  const { code, stdout } = await gmsa(["lint", "-f", "http://127.0.0.1:1/pod.yaml"]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/cannot read http:\/\/127\.0\.0\.1:1\/pod\.yaml: .+ \(GMSA201\)/);
});

test("the answer of a server is limited in time and size", async () => {
  const limits = { ...URL_LIMITS, milliseconds: 200, bytes: 1024 };
  await expect(readUrl(`${origin}/slow.yaml`, limits)).rejects.toThrow("it took longer than 0.2 s");
  await expect(readUrl(`${origin}/large.yaml`, limits)).rejects.toThrow("it is larger than");
});

test("the user in a URL is sent only to its server, and is not shown", async () => {
  const url = `${origin.replace("//", "//me:secret@")}/user.yaml`;
  const { code, stdout, stderr } = await gmsa(["lint", "-f", url]);
  expect(code).toBe(1);
  expect(stdout).toContain(`${origin}/user.yaml:6: error: Pod/web`);
  expect(stdout + stderr).not.toContain("secret");
});

test("--fix reports that a URL cannot be written", async () => {
  const { code, stderr } = await gmsa(["lint", "--fix", "-f", `${origin}/pod.yaml`]);
  expect(code).toBe(1);
  expect(stderr).toContain(`${origin}/pod.yaml is a URL, so --fix cannot change it`);
});

test("https is read if the CA of the server is trusted, and no redirect leaves https", async () => {
  const { certificate, key, ca } = await ownPki(["localhost"]);
  const secure = createTlsServer({ cert: certificate, key }, ({ url }, response) => {
    if (url === "/pod.yaml") response.end(POD);
    else response.writeHead(302, { location: `${origin}/pod.yaml` }).end();
  });
  await new Promise<void>(resolve => secure.listen(0, "localhost", resolve));
  try {
    const url = `https://localhost:${(secure.address() as AddressInfo).port}`;
    const trusting = { env: { NODE_EXTRA_CA_CERTS: folder.file("ca.pem", ca) } };
    const [known, unknown, leaving] = await Promise.all([
      gmsa(["lint", `${url}/pod.yaml`], trusting),
      gmsa(["lint", `${url}/pod.yaml`]),
      gmsa(["lint", `${url}/moved.yaml`], trusting),
    ]);
    expect(known.stdout).toContain(`${url}/pod.yaml:6: error: Pod/web`);
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stdout).toMatch(/cannot read https:\S+: .*certificate.* \(GMSA201\)/);
    expect(leaving.stdout).toContain(`it redirects to ${origin}/pod.yaml, which is not secure`);
  } finally {
    secure.closeAllConnections();
    secure.close();
  }
}, 60_000);
