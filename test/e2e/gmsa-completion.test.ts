/** Completion suggests names from the cluster, also through kubectl for its plugin. */
import { delimiter, dirname } from "node:path";

import { validCredspec } from "../../testbed/objects/valid-credspec";
import { gmsa } from "../support/gmsa-program";
import { InPath } from "../support/shells";
import { attachBed } from "../setup/attach-bed";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { kubeconfigOfAccount } from "../support/user-of";

const NAMESPACE = "gmsa-completed";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const inPath = new InPath();

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await Promise.all(
    ["completed-1", "completed-2"].map(name => objects.createCredspec(name, validCredspec())),
  );
  await objects.createServiceAccount(NAMESPACE, "web");
  await objects.createPod(podOf(NAMESPACE, "shop-0"));
});

afterAll(async () => {
  inPath.remove();
  await objects.core.deleteNamespace({ name: NAMESPACE });
  await Promise.all(["completed-1", "completed-2"].map(name => objects.deleteCredspec(name)));
});

async function candidates(...words: string[]): Promise<string[]> {
  const { stdout } = await gmsa(["complete", "--", ...words], {
    env: { KUBECONFIG: bed.kubeconfigPath },
  });
  return stdout.trimEnd().split("\n");
}

test.each([
  ["credspecs", ["who-can", "completed"], ["completed-1", "completed-2"]],
  ["further credspecs", ["grant", "completed-1", "completed-2"], ["completed-2"]],
  ["credential specs of an option", ["conformance", "--credspec", "completed-1"], ["completed-1"]],
  ["namespaces", ["status", "-n", "gmsa-comp"], [NAMESPACE]],
  ["namespaces after an equals sign", ["status", "--namespace=gmsa-comp"], [NAMESPACE]],
  ["Pods of the namespace that is given", ["doctor", "pod", "-n", NAMESPACE, "sh"], ["shop-0"]],
  [
    "service accounts",
    ["grant", "completed-1", "--service-account", "gmsa-comple"],
    [`${NAMESPACE}/default`, `${NAMESPACE}/web`],
  ],
  [
    "service accounts of a namespace",
    ["grant", "completed-1", "--service-account", `${NAMESPACE}/w`],
    [`${NAMESPACE}/web`],
  ],
  ["the context", ["status", "--context", ""], ["bed"]],
])("completes %s", async (_what, words, expected) => {
  expect(await candidates(...words)).toEqual([...expected, ":4"]);
});

test("clusters and users are those of the kubeconfig", async () => {
  const { cluster = "", user = "" } =
    bed.kubeConfig.getContextObject(bed.kubeConfig.getCurrentContext()) ?? {};
  expect(await candidates("status", "--cluster", "")).toEqual([cluster, ":4"]);
  expect(await candidates("--cluster", "")).toEqual([cluster, ":4"]);
  expect(await candidates("status", "--user=")).toEqual([user, ":4"]);
});

describe("completion asks the cluster of the command line, as its user", () => {
  const server = bed.kubeConfig.getCurrentCluster()?.server ?? "";
  const WEB = `system:serviceaccount:${NAMESPACE}:web`;
  const NAMES = ["completed-1", "completed-2", ":4"];

  test.each<[string, string[], string[]]>([
    ["as somebody who may not", ["--as", "visitor"], [":4"]],
    ["as a service account", [`--as=${WEB}`], [":4"]],
    ["as somebody in a group", ["--as=visitor", "--as-group", "a,system:masters"], NAMES],
    ["a user of the kubeconfig that there is not", ["--user", "nobody"], [":4"]],
    ["a cluster that there is not", ["--cluster", "prod"], [":4"]],
    ["a server that is away", ["--server", "https://127.0.0.1:1"], [":4"]],
    ["another token", ["--token", "none"], [":4"]],
  ])("%s", async (_, options, due) => {
    expect(await candidates(...options, "who-can", "completed")).toEqual(due);
    expect(await candidates("who-can", ...options, "completed")).toEqual(due);
  });

  test("a server and a token are enough, without a kubeconfig", async () => {
    await objects.createServiceAccount(NAMESPACE, "lister");
    const binding = ["clusterrolebinding", "gmsa-completed"];
    const lister = ["--clusterrole=cluster-admin", `--serviceaccount=${NAMESPACE}:lister`];
    await bed.kubectl(["create", ...binding, ...lister]);
    const { stdout: token } = await bed.kubectl(["create", "token", "lister", "-n", NAMESPACE]);
    const options = ["-s", server, "--insecure-skip-tls-verify", "--token", token.trim()];
    const { stdout } = await gmsa(["complete", "--", "who-can", ...options, "completed"], {
      env: { KUBECONFIG: "", HOME: "/nonexistent" },
    });
    expect(stdout.trimEnd().split("\n")).toEqual(NAMES);
    await bed.kubectl(["delete", ...binding]);
  });
});

test("a user who may not list them gets no candidates, and no error", async () => {
  const user = await kubeconfigOfAccount(bed, { namespace: NAMESPACE, name: "web" });
  expect(await candidates("--kubeconfig", user.file, "status", "-n", "gmsa")).toEqual([":4"]);
  user.remove();
});

test("kubectl completes its plugin", () => {
  const path = [inPath.folder, dirname(bed.kubectlProgram), process.env.PATH].join(delimiter);
  const env = { PATH: path, KUBECONFIG: bed.kubeconfigPath };
  const { stdout } = inPath.run(bed.kubectlProgram, ["__complete", "gmsa", "who-can", "comp"], {
    env,
  });
  expect(stdout.split("\n").slice(0, 3)).toEqual(["completed-1", "completed-2", ":4"]);
});
