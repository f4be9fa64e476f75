/** Which cluster `gmsa` asks, where that is not clear. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { gmsa } from "../support/gmsa-program";

const home = mkdtempSync(join(tmpdir(), "gmsa-home-"));

afterAll(() => {
  rmSync(home, { recursive: true });
});

function kubeconfig(name: string, content: object): string {
  const file = join(home, name);
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "Config", ...content }));
  return file;
}

async function complaintOf(
  args: readonly string[],
  env: NodeJS.ProcessEnv = { KUBECONFIG: "" },
): Promise<string> {
  const { code, stdout, stderr } = await gmsa(args, { env: { HOME: home, ...env } });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).not.toMatch(/^\s+at /m);
  return stderr;
}

test.each([["doctor"], ["status"], ["who-can", "webapp1"], ["certs", "status"]])(
  "gmsa %s without a kubeconfig anywhere",
  async (...args) => {
    expect(await complaintOf(args)).toBe(
      "error: there is no kubeconfig\nName one with --kubeconfig or $KUBECONFIG, or put it at ~/.kube/config.\n",
    );
  },
);

test("a kubeconfig that does not exist is named", async () => {
  expect(await complaintOf(["doctor", "--kubeconfig", "no-such-file"])).toContain("no-such-file");
});

test("a kubeconfig without a current context, or whose context has no cluster", async () => {
  const context = { name: "test", context: { cluster: "gone" } };
  const cluster = { name: "test", cluster: { server: "https://127.0.0.1:1" } };
  for (const file of [
    kubeconfig("no-current", { clusters: [cluster], contexts: [context] }),
    kubeconfig("no-cluster", { contexts: [context], "current-context": "test" }),
  ]) {
    expect(await complaintOf(["status"], { KUBECONFIG: file })).toBe(
      "error: the kubeconfig has no current context, or none with a cluster\nChoose one with --context: kubectl config get-contexts lists them.\n",
    );
  }
});

test("a context that there is not", async () => {
  const file = kubeconfig("empty", {});
  const complaint = await complaintOf(["status", "--kubeconfig", file, "--context", "prod"]);
  expect(complaint).toContain('the kubeconfig has no context "prod"');
});

describe("several files in $KUBECONFIG, as kubectl takes them", () => {
  /** Of a file: a cluster at a port where nothing listens, and a user that every file has. */
  function of(name: string, port: number, current?: string): string {
    return kubeconfig(name, {
      clusters: [{ name, cluster: { server: `https://127.0.0.1:${port}` } }],
      users: [{ name: "kubernetes-admin", user: {} }],
      contexts: [{ name, context: { cluster: name, user: "kubernetes-admin" } }],
      ...(current === undefined ? {} : { "current-context": current }),
    });
  }

  const first = of("first", 1, "first");
  const second = of("second", 2, "second");
  const undecided = of("undecided", 3);

  test.each<[string, string[], string[], string]>([
    ["the first one says which is current", [first, second], [], "127.0.0.1:1"],
    ["or the first one that says any", [undecided, second, first], [], "127.0.0.1:2"],
    ["what two have, the first one has", [first, second], ["--context", "second"], "127.0.0.1:2"],
    ["what is not there is left out", [join(home, "gone"), second], [], "127.0.0.1:2"],
  ])("%s", async (_, files, words, address) => {
    const env = { HOME: home, KUBECONFIG: files.join(delimiter) };
    const { code, stderr } = await gmsa(["status", ...words], { env });
    expect(code).toBe(1);
    expect(stderr).toContain(`could not be reached: request to https://${address}/`);
  });
});
