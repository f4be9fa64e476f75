/** `-o go-template=` of gmsa: kubectl renders it, and gets no other data than the result. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { gmsa, type GmsaResult } from "../support/gmsa-program";

const NAMESPACE = "gmsa-template";
const CREDSPEC = "template-1";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const env = {
  KUBECONFIG: bed.kubeconfigPath,
  PATH: [dirname(bed.kubectlProgram), process.env.PATH].join(delimiter),
};

function status(format: string): Promise<GmsaResult> {
  return gmsa(["status", "-n", NAMESPACE, "-o", format], { env });
}

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await objects.createCredspec(CREDSPEC, validCredspec());
  const { spec } = podOf(NAMESPACE, "shop-web", { credspec: CREDSPEC });
  const labels = { app: "web" };
  const object = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "shop-web", namespace: NAMESPACE },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
  await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(object) });
});

afterAll(async () => {
  await objects.core.deleteNamespace({ name: NAMESPACE });
  await objects.deleteCredspec(CREDSPEC);
});

test.each([
  ["{{len .workloads}} {{.nothing}}", "1 <no value>"],
  [
    '{{range .workloads}}{{.kind}}/{{.name}} {{len .refusals}} {{$.failed}}{{"\\n"}}{{end}}',
    "Deployment/shop-web 1 true\n",
  ],
  ['{{with index .workloads 0}}{{printf "%-10s|" .name}}{{end}}', "shop-web  |"],
  ["{{range $i, $w := .workloads}}{{$i}}:{{$w.pods}}{{end}}", "0:0"],
])("%s", async (template, due) => {
  for (const kind of ["go-template", "template"]) {
    expect(await status(`${kind}=${template}`)).toMatchObject({ stdout: due, stderr: "" });
  }
});

test("from a file, and of objects", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gmsa-template-"));
  const file = join(folder, "kinds.tpl");
  writeFileSync(file, '{{range .items}}{{.kind}}/{{.metadata.name}}{{"\\n"}}{{end}}');
  const account = ["--service-account", "shop/web", "--dry-run", "client"];
  const format = `go-template-file=${file}`;
  expect(await gmsa(["grant", CREDSPEC, ...account, "-o", format], { env })).toEqual({
    ...{ code: 0, stderr: "" },
    stdout: "ClusterRole/use-gmsa-template-1\nRoleBinding/use-gmsa-template-1:web\n",
  });
  rmSync(folder, { recursive: true });
});

test.each([
  ["{{if .}", "-o go-template: 1: "],
  [
    "{{len .nothing}}",
    '-o go-template: 1:19: executing "gmsa" at <len .nothing>: error calling len',
  ],
])("%s is refused by kubectl", async (template, due) => {
  const { code, stdout, stderr } = await status(`go-template=${template}`);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`error: ${due}`);
});

test("without kubectl, another format is proposed", async () => {
  const words = ["status", "-n", NAMESPACE, "-o", "go-template={{.failed}}"];
  const { code, stdout, stderr } = await gmsa(words, { env: { ...env, PATH: "/nowhere" } });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(
    "error: -o go-template is rendered by kubectl, which is not in the PATH\n" +
      "Install kubectl, or use -o jsonpath or -o json.\n",
  );
});
