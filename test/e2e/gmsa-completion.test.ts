/** Names that are completed are those of the cluster; also by kubectl, for its plugin. */
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

test("who may not list them gets none, and no error", async () => {
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
