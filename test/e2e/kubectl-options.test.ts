/** kubectl's options for the cluster and the user: gmsa accepts the same ones. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { validCredspec } from "../../testbed/objects/valid-credspec";
import { Objects } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { attachBed } from "../setup/attach-bed";
import { gmsa, type GmsaResult } from "../support/gmsa-program";

const NAMESPACE = "gmsa-options";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await objects.createServiceAccount(NAMESPACE, "web");
  await objects.createCredspec("options-1", validCredspec());
});

afterAll(async () => {
  await objects.core.deleteNamespace({ name: NAMESPACE });
  await objects.deleteCredspec("options-1");
});

function run(...args: string[]): Promise<GmsaResult> {
  return gmsa(args, { env: { KUBECONFIG: bed.kubeconfigPath } });
}

function whoCan(...options: string[]): Promise<GmsaResult> {
  return run("who-can", "options-1", ...options);
}

const ADMITTED = { code: 0, stdout: expect.stringContaining("cluster-admin") as string };

test.each([
  ["a user", ["--as", "visitor"], 'User "visitor" cannot list'],
  [
    "a service account",
    ["--as=system:serviceaccount:gmsa-options:web"],
    'User "system:serviceaccount:gmsa-options:web" cannot list',
  ],
  [
    "a user in groups that may not",
    ["--as", "visitor", "--as-group", "guests", "--as-group=others"],
    'User "visitor" cannot list',
  ],
])("as %s, who has no rights", async (_, options, reason) => {
  const { code, stderr } = await whoCan(...options);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(reason) as string });
});

test.each([
  ["system:masters"],
  ["guests", "system:masters"],
  ["system:masters", "guests", "with, a comma"],
])("as a user in the groups %s", async (...groups) => {
  const options = groups.flatMap(group => ["--as-group", group]);
  expect(await whoCan("--as", "visitor", ...options)).toMatchObject(ADMITTED);
});

test("--as-group alone is a wrong usage", async () => {
  const { code, stderr } = await whoCan("--as-group", "system:masters");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "error: --as-group needs --as\nOnly a user can be in groups.\n",
  });
});

describe("without a kubeconfig", () => {
  const server = bed.kubeConfig.getCurrentCluster()?.server ?? "";
  const folder = mkdtempSync(join(tmpdir(), "gmsa-options-"));
  const ca = join(folder, "ca.crt");
  let token: string;

  beforeAll(async () => {
    const { stdout } = await bed.kubectl(["create", "token", "web", "-n", NAMESPACE]);
    token = stdout.trim();
    const { caData = "" } = bed.kubeConfig.getCurrentCluster() ?? {};
    writeFileSync(ca, Buffer.from(caData, "base64"));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function ask(...options: string[]): Promise<GmsaResult> {
    const env = { KUBECONFIG: "", HOME: "/nonexistent" };
    return gmsa(["who-can", "options-1", ...options], { env });
  }

  test.each([
    ["the server, its authority and a token", () => ["-s", server, "--certificate-authority", ca]],
    ["no look at the certificate", () => [`--server=${server}`, "--insecure-skip-tls-verify"]],
  ])("%s are enough", async (_, options) => {
    const { code, stderr } = await ask(...options(), "--token", token);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(
        `User "system:serviceaccount:${NAMESPACE}:web" cannot list`,
      ) as string,
    });
  });

  test("the certificate is looked at", async () => {
    const { code, stderr } = await ask("-s", server, "--token", token);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("has a certificate of an unknown authority") as string,
    });
  });
});

test("clusters and users of the kubeconfig, by name; and options before the command", async () => {
  const { cluster = "", user = "" } =
    bed.kubeConfig.getContextObject(bed.kubeConfig.getCurrentContext()) ?? {};
  expect(await whoCan("--cluster", cluster, "--user", user)).toMatchObject(ADMITTED);
  expect(await run("--cluster", cluster, "who-can", "options-1")).toMatchObject(ADMITTED);
  expect(await run("--cluster=prod", "who-can", "options-1")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the kubeconfig has no cluster "prod"') as string,
  });
  expect(await whoCan("--user", "nobody")).toMatchObject({
    code: 2,
    stderr: `error: the kubeconfig has no user "nobody"\nIt has ${user}.\n`,
  });
  expect(await whoCan("--cluster=prod")).toMatchObject({ code: 2 });
  const first = await run("--as", "visitor", "--request-timeout=10", "who-can", "options-1");
  expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining("visitor") as string });
});

test("a call that takes longer than --request-timeout is aborted", async () => {
  const { code, stderr } = await whoCan("--request-timeout", "0.001s");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: .*(timeout|in time|within)/);
  expect(await whoCan("--request-timeout", "soon")).toMatchObject({ code: 2 });
});

describe("gmsa version", () => {
  test("shows both versions, as text and as JSON", async () => {
    const { code, stdout, stderr } = await run("version");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^gmsa +\S+, for Pepr \S+\nKubernetes +v1\.\d+\.\d+\S*\ninstalled +\S+, build [0-9a-f]{64}, image \S+\n$/,
    );
    const json = await run("version", "-o=json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      client: { gmsa: expect.any(String) as string },
      server: { module: { build: expect.stringMatching(/^[0-9a-f]{64}$/) as string } },
      warnings: [],
    });
  });

  test("without rights it reports that, and --client sends no request", async () => {
    const visitor = await run("version", "--as", "visitor");
    expect(visitor).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("installed    unknown: ") as string,
    });
    const alone = await gmsa(["version", "--client"], { env: { KUBECONFIG: "/nowhere" } });
    expect(alone).toMatchObject({ code: 0, stderr: "" });
    expect(alone.stdout).toMatch(/^gmsa +\S+, for Pepr \S+\n$/);
  });
});

describe("gmsa who-can --list", () => {
  const WEB = `system:serviceaccount:${NAMESPACE}:web`;

  function list(...options: string[]): Promise<GmsaResult> {
    return run("who-can", "--list", ...options);
  }

  test("shows the credential specs that a service account may use, before and after a grant", async () => {
    expect(await list("--as", WEB)).toMatchObject({
      code: 0,
      stdout: `no credential spec may be used in namespace ${NAMESPACE}: see \`gmsa grant\`\n`,
    });
    const grant = ["options-1", "--service-account", `${NAMESPACE}:web`];
    expect(await run("grant", ...grant)).toMatchObject({ code: 0 });
    await eventually(
      () => list("--as", WEB),
      ({ stdout }) => stdout === "options-1\n",
    );
    expect(JSON.parse((await list("--as", WEB, "-o=json")).stdout)).toEqual({
      ...{ namespace: NAMESPACE, everyCredspec: false },
      credspecs: ["options-1"],
    });
    expect((await list("--as", WEB, "-n", "default")).stdout).toMatch(/^no credential spec /);
    expect(await run("revoke", ...grant)).toMatchObject({ code: 0 });
  });

  test("an administrator may use every one; only one question per call", async () => {
    expect(await list()).toMatchObject({ code: 0, stdout: "every credential spec\n" });
    expect(await list("options-1")).toMatchObject({ code: 2 });
    expect(await list("-A")).toMatchObject({ code: 2 });
  });
});

test("gmsa graph draws the objects of the cluster, and names those it may not see", async () => {
  const dot = await run("graph", "-A", "-q", "-o", "dot");
  expect(dot).toMatchObject({ code: 0, stderr: "" });
  expect(dot.stdout).toMatch(/^digraph gmsa \{\n[\s\S]*\[label="options-1", shape=component\];/);
  const hidden = await run("graph", "--as", "visitor");
  expect(hidden).toMatchObject({ code: 1, stdout: "" });
  expect(hidden.stderr).toMatch(/^error: /);
});
