/** kubectl's options that select and format output, in gmsa: -l, -A, -o, --no-headers, -w. */
import type { Status } from "../../cli/commands/status/status-report";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { LABELLED, QUERIES } from "../fixtures/label-queries";
import { GROUP, KINDS, objectOf } from "../fixtures/pod-making-kinds";
import { attachBed } from "../setup/attach-bed";
import { gmsa, watchGmsa, type GmsaResult } from "../support/gmsa-program";
import { kubeconfigOfAccount } from "../support/user-of";

const NAMESPACE = "gmsa-output";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

function run(...args: string[]): Promise<GmsaResult> {
  return gmsa(args, { env: { KUBECONFIG: bed.kubeconfigPath } });
}

function whoCan(...options: string[]): Promise<GmsaResult> {
  return run("who-can", "output-1", ...options);
}

/** A Deployment that uses the credential spec, whose Pod template has other labels. */
async function deploy(name: string, labels: Record<string, string>): Promise<void> {
  const { spec } = podOf(NAMESPACE, name, { serviceAccount: "web", credspec: "output-1" });
  const own = { of: name };
  const object = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: NAMESPACE, labels },
    spec: { selector: { matchLabels: own }, template: { metadata: { labels: own }, spec } },
  };
  await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(object) });
}

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await objects.createServiceAccount(NAMESPACE, "web");
  await objects.createCredspec("output-1", validCredspec());
  await deploy("shop-web", { app: "web" });
  await deploy("shop-batch", { app: "batch" });
  await objects.createCredspec("output-2", validCredspec());
  const items = Object.entries(LABELLED).map(([name, labels]) => ({
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: NAMESPACE, labels } },
  }));
  const list = { apiVersion: "v1", kind: "List", items };
  await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(list) });
}, 60_000);

afterAll(async () => {
  await objects.core.deleteNamespace({ name: NAMESPACE });
  await objects.deleteCredspec("output-1");
  await objects.deleteCredspec("output-2");
});

test.each(QUERIES)("the API server selects by %j as we do", async (query, due) => {
  const { stdout } = await bed
    .kubectl(["get", "configmaps", "-n", NAMESPACE, "-o", "name", "-l", query])
    .catch(() => ({ stdout: "refused" }));
  const names = stdout
    .split("\n")
    .filter(line => line.startsWith("configmap/labels-"))
    .map(line => line.replace("configmap/", ""));
  expect(stdout === "refused" ? stdout : names).toEqual(due);
});

test("status by labels, of the Deployment and not of its Pods", async () => {
  const names = async (...options: string[]): Promise<string[]> =>
    (await run("status", "-n", NAMESPACE, "-o=name", ...options)).stdout.trimEnd().split("\n");
  expect(await names("-l", "app in (web),!canary")).toEqual([
    "gmsacredentialspec.windows.k8s.io/output-1",
    "deployment.apps/shop-web",
  ]);
  expect(await names("-l=app")).toEqual([
    "gmsacredentialspec.windows.k8s.io/output-1",
    "deployment.apps/shop-batch",
    "deployment.apps/shop-web",
  ]);
  expect(await names()).toContain("gmsacredentialspec.windows.k8s.io/output-2");
  expect(await run("status", "-l", "app=")).toMatchObject({
    stdout: expect.stringContaining("No workload uses GMSA") as string,
  });
  const wrong = await run("status", "-l", "app in");
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toContain("'-l, --selector <labels>' argument 'app in' is invalid.");
});

test("status by templates, with wide tables, and without headings", async () => {
  const status = ["status", "-n", NAMESPACE, "-l", "app=web"];
  const template = '{range .workloads[*]}{.kind}/{.name}: {.refusals[*].code}{"\\n"}{end}';
  expect((await run(...status, "-o", `jsonpath=${template}`)).stdout).toBe(
    "Deployment/shop-web: GMSA262\n",
  );
  const json = await run(...status, "-o=jsonpath-as-json={.workloads[*].admission}");
  expect(JSON.parse(json.stdout)).toEqual(["refused"]);
  expect((await run(...status, "-o=wide")).stdout).toMatch(/✘ no +(?:\S.*, )?not authorized$/m);
  const bare = await run(...status, "--no-headers");
  expect(bare.stdout).toMatch(/^gmsa-output +Deployment\/shop-web /m);
  expect(bare.stdout).not.toContain("NAMESPACE");
  const columns = "-o=custom-columns=KIND:.kind,NAME:.name,CODES:.refusals[*].code,X:.x";
  expect((await run(...status, columns)).stdout).toBe(
    "KIND         NAME       CODES     X\nDeployment   shop-web   GMSA262   <none>\n",
  );
});

test("custom columns as kubectl prints them", async () => {
  const name = "gmsa-output-columns";
  const words = ["output-1", "--service-account", `${NAMESPACE}/web`, "--role-name", name];
  const objects = [`clusterrole/${name}`, `rolebinding/${name}:web`];
  await run("grant", ...words);
  try {
    for (const columns of [
      "NAME:.metadata.name,IN:.metadata.namespace,SUBJECTS:.subjects[*].name,LABELS:.metadata.labels",
      "K:kind,ROLE:{.roleRef.name},RULES:{.rules}",
      "A:.rules[0].verbs",
    ]) {
      const format = `-o=custom-columns=${columns}`;
      const ours = await run("grant", ...words, format);
      const { stdout } = await bed.kubectl(["get", "-n", NAMESPACE, ...objects, format]);
      expect(ours).toEqual({ code: 0, stdout, stderr: "" });
    }
  } finally {
    await run("revoke", ...words);
  }
});

test("status --suppress and --fail-on", async () => {
  expect(await run("status", "--suppress", "GMSA999")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no code "GMSA999"') as string,
  });
  const all = JSON.parse((await run("status", "-o=json")).stdout) as Status;
  const codes = all.checks.map(({ code = "" }) => code);
  expect(codes).not.toEqual([]);
  const rest = await run("status", "-o=json", ...codes.map(code => `--suppress=${code}`));
  expect((JSON.parse(rest.stdout) as Status).checks).toEqual([]);
});

test("doctor and graph by labels; doctor of one Pod has no selector", async () => {
  const grants = ["doctor", "-n", NAMESPACE, "--check=grants"];
  expect((await run(...grants, "-l=app=web")).stdout).not.toContain("shop-batch");
  expect((await run(...grants, "-A")).stdout).toContain("shop-batch");
  const dot = await run("graph", "-n", NAMESPACE, "-l", "app=web", "-o=dot");
  expect(dot.stdout).toContain("Deployment gmsa-output/shop-web");
  expect(dot.stdout).not.toMatch(/shop-batch|output-2/);
  for (const option of ["-A", "-l=app=web"]) {
    const pod = await run("doctor", "pod", "shop-web", option);
    expect(pod).toMatchObject({ code: 2, stdout: "" });
  }
});

test("graph -o svg is a picture", async () => {
  const svg = await run("graph", "-n", NAMESPACE, "-o", "svg");
  expect(svg).toMatchObject({ code: 0, stderr: "" });
  expect(svg.stdout).toMatch(/^<\?xml [\s\S]*<svg [\s\S]*>output&#45;1<\/text>[\s\S]*<\/svg>\n$/);
});

test("who-can in all forms", async () => {
  const names = (await whoCan("-o", "name")).stdout;
  expect(names).toMatch(/^group\/system:masters$/m);
  const wide = (await whoCan("-o=wide")).stdout;
  expect(wide).toMatch(/^KIND +WHO +FOR PODS IN +MAY USE +API GROUP +BINDING +ROLE\n/);
  expect((await whoCan("--no-headers")).stdout).not.toContain("BECAUSE OF");
  expect((await whoCan("-A", "-n", NAMESPACE)).stdout).toBe((await whoCan()).stdout);
  const first = await whoCan("-o=jsonpath={.grants[0].subject.kind}");
  expect(first.stdout).toMatch(/^[A-Z][A-Za-z]+$/);
  expect(await whoCan("-o=jsonpath={.grants[999]}")).toMatchObject({ code: 1, stdout: "" });
});

test("grant -o name and jsonpath", async () => {
  const grant = ["grant", "output-1", "--service-account=shop:web", "--dry-run=client"];
  expect((await run(...grant, "-o=name")).stdout).toBe(
    "clusterrole.rbac.authorization.k8s.io/use-gmsa-output-1\n" +
      "rolebinding.rbac.authorization.k8s.io/use-gmsa-output-1:web\n",
  );
  expect((await run(...grant, "-o=jsonpath={.items[*].kind}")).stdout).toBe(
    "ClusterRole RoleBinding",
  );
});

test("status -w shows changes until it is interrupted", async () => {
  const watching = watchGmsa(["status", "-n", NAMESPACE, "-l=app in (web,late)", "-o=name", "-w"], {
    KUBECONFIG: bed.kubeconfigPath,
  });
  await watching.reads(/deployment\.apps\/shop-web\n/);
  await deploy("shop-late", { app: "late" });
  await watching.reads(/deployment\.apps\/shop-late\n/);
  expect(await watching.interrupt()).toBe("SIGINT");
}, 60_000);

describe("custom resources that create Pods", () => {
  const namespace = "gmsa-kinds";
  const team = { namespace, name: "team" };

  /** Creates the object and returns its uid. */
  async function apply(object: object): Promise<string> {
    const words = ["apply", "-n", namespace, "-f", "-", "-o", "jsonpath={.metadata.uid}"];
    return (await bed.kubectl(words, { stdin: JSON.stringify(object) })).stdout;
  }

  beforeAll(async () => {
    await bed.createNamespace(namespace);
    await objects.createCredspec("kinds-1", validCredspec());
    await objects.createGrantedAccount(namespace, "web", {
      ...{ role: "gmsa-kinds", credspecs: ["kinds-1"] },
    });
    await objects.createServiceAccount(namespace, team.name);
    await objects.bindInNamespace(namespace, "view", { kind: "ServiceAccount", ...team });
    await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(KINDS) });
    const names = ["rollouts", "scaledjobs", "boxs", "settings"].map(name => `${name}.${GROUP}`);
    await bed.kubectl(["wait", "--for=condition=Established", "crd", ...names]);
    const labels = { of: "kinds" };
    const { spec } = podOf(namespace, "p", { serviceAccount: "web", credspec: "kinds-1" });
    const template = { metadata: { labels }, spec };
    const other = { spec: { ...spec, serviceAccountName: "default" } };
    const uid = await apply(objectOf("Rollout", "shop", { template }));
    await apply(objectOf("ScaledJob", "nightly", { jobTargetRef: { template: other } }));
    await apply(objectOf("Box", "black", { any: { where: template } }));
    await apply(objectOf("Setting", "s", { text: "kinds-1" }));
    const owner = { apiVersion: `${GROUP}/v1`, kind: "Rollout", name: "shop", uid };
    await apply({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: "shop-1", ownerReferences: [{ ...owner, controller: true }] },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    });
  }, 120_000);

  afterAll(async () => {
    await objects.core.deleteNamespace({ name: namespace });
    await objects.deleteCredspec("kinds-1");
    await bed.kubectl(["delete", "-f", "-"], { stdin: JSON.stringify(KINDS) });
  }, 60_000);

  async function status(...options: string[]): Promise<Status> {
    return JSON.parse(
      (await run("status", "-n", namespace, "-o=json", ...options)).stdout,
    ) as Status;
  }

  const shown = ({ workloads }: Status): unknown[] =>
    workloads.map(({ group, kind, name, pods, refusals }) => [
      ...[group, kind, name, pods, refusals.map(({ reason }) => reason).join()],
    ]);
  const rollout = [GROUP, "Rollout", "shop", 1, ""];
  const scaledJob = [GROUP, "ScaledJob", "nightly", 0, "not authorized"];
  const box = [GROUP, "Box", "black", 0, ""];

  test("status, graph and doctor find them by the schemas of the cluster", async () => {
    const seen = await eventually(
      () => status(),
      ({ workloads }) => workloads.some(({ pods }) => pods === 1),
      60_000,
    );
    expect(shown(seen)).toEqual([rollout, scaledJob]);
    expect(seen.credspecs.find(({ name }) => name === "kinds-1")?.workloads).toEqual([
      `${namespace}/Rollout/shop`,
      `${namespace}/ScaledJob/nightly`,
    ]);
    const names = await run("status", "-n", namespace, "-o=name");
    expect(names.stdout).toMatch(/^rollout\.kinds\.gmsa\.example\/shop$/m);
    const graph = await run("graph", "-n", namespace);
    expect(graph).toMatchObject({ code: 0, stderr: "" });
    expect(graph.stdout).toMatch(
      /"Rollout gmsa-kinds\/shop"\][\s\S]*"ScaledJob gmsa-kinds\/nightly"/,
    );
    expect(graph.stdout).not.toContain("ReplicaSet");
    const doctor = await run("doctor", "-n", namespace, "--check=grants");
    expect(doctor.stdout).toMatch(
      /^✘ +grants +ScaledJob\/nightly in gmsa-kinds: service account "default" is not authorized/m,
    );
  }, 90_000);

  test.each([`boxs.${GROUP}`, `Box.${GROUP}`, `${GROUP}/Box`, `boxs.v1.${GROUP}`])(
    "--kind %s names one of which the schema shows nothing",
    async kind => {
      expect(shown(await status("--kind", kind))).toEqual([box, rollout, scaledJob]);
    },
  );

  test.each<[string, string]>([
    ["boxes", "must be RESOURCE.GROUP or GROUP/KIND"],
    ["boxes.example.com", "--kind boxes.example.com: the cluster has no API group example.com"],
    [`crates.${GROUP}`, `API group ${GROUP} has no crates in version v1`],
    ["nodes.metrics.nowhere", "no API group metrics.nowhere"],
    [
      "validatingwebhookconfigurations.admissionregistration.k8s.io",
      "ValidatingWebhookConfiguration is not in a namespace, as Pods are",
    ],
  ])("--kind %s is refused", async (kind, why) => {
    for (const command of ["status", "graph", "doctor"]) {
      const refused = await run(command, "--kind", kind);
      expect(refused).toMatchObject({ code: 2, stdout: "" });
      expect(refused.stderr).toContain(why);
    }
  });

  test("without the right to list them they are unknown, never absent", async () => {
    const kubeconfig = await kubeconfigOfAccount(bed, team);
    const { file } = kubeconfig;
    try {
      const seen = async (...options: string[]): Promise<Status> =>
        JSON.parse(
          (await gmsa(["status", "-o=json", "--kubeconfig", file, ...options])).stdout,
        ) as Status;
      const why = "needs the right to list customresourcedefinitions, or --kind";
      const groups = expect.stringMatching(
        /\(API groups .*kinds\.gmsa\.example.*\): (.*)$/,
      ) as string;
      const usual = await seen();
      expect(usual.unknown).toContainEqual({ what: "workloads", why: groups });
      expect(usual.unknown.some(one => one.why.endsWith(why))).toBe(true);
      expect(usual.healthy).toBe(false);
      const named = await seen("--kind", `rollouts.${GROUP}`);
      expect(named.unknown).toContainEqual({
        what: "workloads",
        why: `needs the right to list rollouts.${GROUP} in namespace ${namespace}`,
      });
    } finally {
      kubeconfig.remove();
    }
  });
});
