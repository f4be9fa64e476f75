/** Which cluster `gmsa` uses when that is not obvious. */
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
      "error: there is no kubeconfig\nChoose one with --kubeconfig or $KUBECONFIG, or create ~/.kube/config.\n",
    );
  },
);

test("where there is no home at all, that is the same", async () => {
  const env = { HOME: undefined, USERPROFILE: undefined, KUBECONFIG: undefined };
  expect(await complaintOf(["status"], env)).toMatch(/^error: there is no kubeconfig\n/);
});

test("a variable that does not name a file", async () => {
  const told = await complaintOf(["status"], { KUBECONFIG: delimiter });
  expect(told).toMatch(/^error: \$KUBECONFIG names no file\n/);
});

const FILES: readonly [what: string, content: string | undefined, complaint: RegExp][] = [
  ["does not exist", undefined, /^kubeconfig \S+ cannot be read: no such file$/],
  ["is empty", "", /^kubeconfig \S+ is empty$/],
  ["holds a comment only", "# later\n", /^kubeconfig \S+ is empty$/],
  ["is not YAML", "a: [b\nc\n", /^kubeconfig \S+ is not valid YAML in line \d: \w.*$/],
  ["is something else", "just text\n", /^the kubeconfig has no current context$/],
];

test.each(FILES)("a kubeconfig that %s, by option or variable", async (_, content, complaint) => {
  const file = join(home, "one");
  if (content === undefined) rmSync(file, { force: true });
  else writeFileSync(file, content);
  const told = [
    await complaintOf(["doctor", "--kubeconfig", file]),
    await complaintOf(["status"], { KUBECONFIG: file }),
  ];
  for (const stderr of told) {
    const [first = "", remedy = ""] = stderr.split("\n");
    expect(first.replace("error: ", "")).toMatch(complaint);
    expect(remedy).toMatch(/^(Name|Choose) one with --/);
  }
});

test("a folder in the place of a kubeconfig", async () => {
  expect(await complaintOf(["doctor", "--kubeconfig", home])).toContain("it is a folder");
});

const SERVER = { name: "test", cluster: { server: "https://127.0.0.1:1" } };
const CONTEXT = { name: "test", context: { cluster: "test", user: "u" } };
const USERS = [{ name: "u", user: {} }];

const CONTENTS: readonly [what: string, content: object, complaint: string][] = [
  [
    "without a current context",
    { clusters: [SERVER], contexts: [CONTEXT] },
    "the kubeconfig has no current context",
  ],
  [
    "whose current context is gone",
    { clusters: [SERVER], contexts: [CONTEXT], "current-context": "old" },
    'the current context of the kubeconfig is "old", which it does not have',
  ],
  [
    "whose context has no cluster",
    { contexts: [CONTEXT], users: USERS, "current-context": "test" },
    'context "test" names cluster "test", for which the kubeconfig has no server',
  ],
  [
    "whose context names a user that is not there",
    { clusters: [SERVER], contexts: [CONTEXT], "current-context": "test" },
    'the kubeconfig has no user "u"',
  ],
  [
    "whose cluster has no server",
    {
      ...{ clusters: [{ name: "test", cluster: {} }], contexts: [CONTEXT] },
      ...{ users: USERS, "current-context": "test" },
    },
    'context "test" names cluster "test", for which the kubeconfig has no server',
  ],
  ...["ftp://127.0.0.1:21", "proxy:3128", "127.0.0.1:3128", "http://"].map(
    (proxy): [string, object, string] => [
      `whose proxy-url is ${proxy}`,
      {
        clusters: [
          { name: "test", cluster: { server: "https://127.0.0.1:1", "proxy-url": proxy } },
          { name: "other", cluster: { server: "https://127.0.0.1:1", "proxy-url": "ftp://other" } },
        ],
        ...{ contexts: [CONTEXT], users: USERS, "current-context": "test" },
      },
      `cluster "test" of the kubeconfig has the proxy-url "${proxy}", which is not a URL of a proxy`,
    ],
  ),
  ...["127.0.0.1:6443", "not a url", "https://127.0.0.1:99999"].map(
    (server): [string, object, string] => [
      `whose server is ${server}`,
      {
        ...{ clusters: [{ name: "test", cluster: { server } }], contexts: [CONTEXT] },
        ...{ users: USERS, "current-context": "test" },
      },
      `cluster "test" of the kubeconfig has the server "${server}", which is not a URL`,
    ],
  ),
];

test.each(CONTENTS)("a kubeconfig %s", async (_, content, complaint) => {
  const told = await complaintOf(["status"], { KUBECONFIG: kubeconfig("odd", content) });
  const [first, remedy = ""] = told.split("\n");
  expect(first).toBe(`error: ${complaint}`);
  expect(remedy).not.toBe("");
});

test("a broken entry that is not in use is ignored", async () => {
  const file = kubeconfig("other-broken", {
    clusters: [SERVER, { name: "broken", cluster: {} }],
    ...{ contexts: [CONTEXT], users: USERS, "current-context": "test" },
  });
  const { code, stderr } = await gmsa(["status"], { env: { HOME: home, KUBECONFIG: file } });
  expect(code).toBe(1);
  expect(stderr).toContain("the server 127.0.0.1:1 refused the connection");
});

function plugin(command: string, ...args: string[]): object {
  return { apiVersion: "client.authentication.k8s.io/v1", command, args, interactiveMode: "Never" };
}

/** Users and clusters that fail before the API server has answered. */
const UNREACHABLE: readonly [what: string, cluster: object, user: object, complaint: RegExp][] = [
  ["nothing listens", {}, {}, /^the server 127\.0\.0\.1:1 refused the connection$/],
  [
    "there is no such host",
    { server: "https://no-such-host.invalid:6443" },
    {},
    /^the server no-such-host\.invalid:6443 cannot be found/,
  ],
  [
    "the CA is gone",
    { "certificate-authority": "/nowhere/ca.crt" },
    {},
    /^the kubeconfig names the file \/nowhere\/ca\.crt, which cannot be read$/,
  ],
  [
    "the client certificate is gone",
    {},
    { "client-certificate": "/nowhere/c.crt", "client-key": "/nowhere/c.key" },
    /^the kubeconfig names the file \/nowhere\/c\.crt, which cannot be read$/,
  ],
  [
    "the program to log on with is gone",
    {},
    { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "no-such-plugin" } },
    /^the kubeconfig names no-such-plugin to log on, and it cannot be run$/,
  ],
  [
    "the program to log on with fails",
    {},
    { exec: plugin("sh", "-c", "echo 'log in first' >&2; exit 1") },
    /^the kubeconfig names sh to log on, and it failed: log in first$/,
  ],
  [
    "the program to log on with fails and says nothing",
    {},
    { exec: plugin("false") },
    /^the kubeconfig names false to log on, and it failed without a message$/,
  ],
  [
    "the way to log on is one that Kubernetes has no longer",
    {},
    { "auth-provider": { name: "gcp" } },
    /^auth-provider gcp of the kubeconfig cannot be used: /,
  ],
  [
    "the program to log on with prints something else",
    {},
    { exec: plugin("echo", "not JSON") },
    /^the kubeconfig names echo to log on, and it printed no ExecCredential$/,
  ],
  [
    "the program to log on with prints nothing to log on with",
    {},
    { exec: plugin("echo", "{}") },
    /^the kubeconfig names echo to log on, and it printed no ExecCredential$/,
  ],
  [
    "the file with the token is gone",
    {},
    { tokenFile: "/nowhere/token" },
    /^the kubeconfig names the file \/nowhere\/token, which cannot be read$/,
  ],
  [
    "the client certificate is nonsense",
    {},
    { "client-certificate-data": "bm9uZQ==", "client-key-data": "bm9uZQ==" },
    /^a certificate or key of the kubeconfig cannot be used: not PEM$/,
  ],
  [
    "the server is without TLS",
    { server: "http://127.0.0.1:1" },
    {},
    /^the kubeconfig names a server without TLS, http:\/\/$/,
  ],
];

test.each(UNREACHABLE)("where %s, every command fails", async (_, cluster, user, complaint) => {
  const file = kubeconfig("unreachable", {
    clusters: [{ name: "test", cluster: { server: "https://127.0.0.1:1", ...cluster } }],
    users: [{ name: "u", user }],
    ...{ contexts: [CONTEXT], "current-context": "test" },
  });
  const commands = [["doctor"], ["status"], ["who-can", "webapp1"], ["certs", "status"]];
  const answers = commands.map(words => gmsa([...words, "--kubeconfig", file]));
  for (const { code, stdout, stderr } of await Promise.all(answers)) {
    const [first = "", remedy = ""] = stderr.split("\n");
    expect(first.replace("error: ", "")).toMatch(complaint);
    expect(remedy).not.toBe("");
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  }
});

test("the kubeconfig's own hint is the remedy for a program to log on that is gone", async () => {
  const exec = {
    ...plugin("no-such-plugin"),
    installHint: "Install it from\nhttps://intranet.example/plugin.\n",
  };
  const file = kubeconfig("hint", {
    clusters: [{ name: "test", cluster: { server: "https://127.0.0.1:1" } }],
    users: [{ name: "u", user: { exec } }],
    ...{ contexts: [CONTEXT], "current-context": "test" },
  });
  const { stderr } = await gmsa(["status", "--kubeconfig", file]);
  expect(stderr).toBe(
    [
      "error: the kubeconfig names no-such-plugin to log on, and it cannot be run",
      "Install it from",
      "https://intranet.example/plugin.\n",
    ].join("\n"),
  );
});

// Otherwise, an empty variable in a script would silently select the kubeconfig's user, or none.
test.each([["--as"], ["--as-group"], ["--token"], ["--kubeconfig"]])(
  "%s with an empty value is a wrong usage",
  async option => {
    expect(await complaintOf(["who-can", "--list", option, ""])).toMatch(
      new RegExp(`^error: option '${option} <\\w+>' argument '' is invalid. It must not be empty`),
    );
  },
);

test.each([[""], ["pod/"], ["Web_0"]])('gmsa doctor pod "%s": no Pod has that name', async name => {
  const [complaint, remedy] = (await complaintOf(["doctor", "pod", name])).split("\n");
  expect(complaint).toBe(`error: no Pod can be named "${name.replace("pod/", "")}"`);
  expect(remedy).toContain("kubectl get pods");
});

test("a context that does not exist", async () => {
  const file = kubeconfig("empty", {});
  const complaint = await complaintOf(["status", "--kubeconfig", file, "--context", "prod"]);
  expect(complaint).toBe('error: the kubeconfig has no context "prod"\nIt does not have any.\n');
});

describe("several files in $KUBECONFIG, as kubectl takes them", () => {
  /** A kubeconfig with a cluster at an unused port, and a user that every file has. */
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
    expect(stderr).toContain(`the server ${address} refused the connection`);
  });
});
