/** Where workloads' Pods run: RuntimeClasses and other cluster-scoped objects. */
import type { CheckReport } from "../../cli/diagnosis/report/examine";
import type { Status } from "../../cli/commands/status/status-report";
import { Objects } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { workloadOf } from "../../testbed/objects/workloads";
import { FLEETS, GROUP } from "../fixtures/pod-making-kinds";
import { attachBed } from "../setup/attach-bed";
import { gmsa, type GmsaResult } from "../support/gmsa-program";

const NAMESPACE = "gmsa-where";
const NAMED = "gmsa-where-named";
const SELECT = 'Set nodeSelector "kubernetes.io/os: windows".';
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

function run(...args: string[]): Promise<GmsaResult> {
  return gmsa(args, { env: { KUBECONFIG: bed.kubeconfigPath } });
}

function apply(...items: object[]): Promise<{ stdout: string; stderr: string }> {
  const list = { apiVersion: "v1", kind: "List", items };
  return bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(list) });
}

function runtimeClass(name: string, os: string): object {
  return {
    ...{ apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name }, handler: "h" },
    scheduling: { nodeSelector: { "kubernetes.io/os": os } },
  };
}

function deployment(runtimeClassName: string): object {
  const { spec } = podOf(NAMESPACE, "p", { serviceAccount: "web", credspec: "where-1" });
  const name = `on-${runtimeClassName}`;
  return workloadOf("Deployment", { name, namespace: NAMESPACE }, { ...spec, runtimeClassName });
}

/** The names of the nodes differ from the labels with the names of their hosts. */
function node(name: string, os: string): object {
  const labels = { "kubernetes.io/os": os, "kubernetes.io/hostname": `${name}-host` };
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels } };
}

interface Requirement {
  key: string;
  operator: "In";
  values: string[];
}

function affine(matching: Record<string, Requirement[]>): object {
  const requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms: [matching] };
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution } } };
}

function nameOf(object: object): string {
  return (object as { metadata: { name: string } }).metadata.name;
}

function endsWith(start: string, end = ""): RegExp {
  const plain = end.replace(/[.()]/g, "\\$&");
  return expect.stringMatching(new RegExp(`^${start}.*${plain}$`)) as RegExp;
}

function deploymentOn(name: string, placed: object): object {
  const { spec } = podOf(NAMED, "p", { serviceAccount: "web", credspec: "where-1" });
  return workloadOf("Deployment", { name, namespace: NAMED }, { ...spec, ...placed });
}

function byField(name: string): object {
  return affine({ matchFields: [{ key: "metadata.name", operator: "In", values: [name] }] });
}

function byHost(name: string): object {
  const key = "kubernetes.io/hostname";
  return affine({ matchExpressions: [{ key, operator: "In", values: [`${name}-host`] }] });
}

/** Deployments that name nodes, with the expected finding. */
const ON_NAMED: readonly (readonly [object, string | undefined])[] = [
  [deploymentOn("field-linux", byField("where-lin")), "node where-lin has kubernetes.io/os: linux"],
  [deploymentOn("field-windows", byField("where-win")), undefined],
  [deploymentOn("host-gone", byHost("where-gone")), "host where-gone-host does not exist"],
  [
    deploymentOn("host-linux", byHost("where-lin")),
    "host where-lin-host has kubernetes.io/os: linux",
  ],
  [deploymentOn("host-windows", byHost("where-win")), undefined],
  [
    deploymentOn("name-linux", { nodeName: "where-lin" }),
    "it is for node where-lin, which has kubernetes.io/os: linux",
  ],
  [deploymentOn("name-windows", { nodeName: "where-win" }), undefined],
];

const WINDOWS = deployment("where-windows");
const LINUX = deployment("where-linux");
const ABSENT = deployment("where-absent");
const OF_LINUX =
  "the Pod uses GMSA, and never runs on Windows: it has RuntimeClass where-linux, which selects nodes with kubernetes.io/os: linux";
const OF_NONE = "no node can run the Pod: it has RuntimeClass where-absent, which does not exist";

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await objects.createCredspec("where-1", validCredspec());
  await objects.createGrantedAccount(NAMESPACE, "web", {
    ...{ role: "gmsa-where", credspecs: ["where-1"] },
  });
  await apply(runtimeClass("where-windows", "windows"), runtimeClass("where-linux", "linux"));
  await bed.createNamespace(NAMED);
  await objects.createGrantedAccount(NAMED, "web", {
    ...{ role: "gmsa-where-named", credspecs: ["where-1"] },
  });
  await apply(node("where-win", "windows"), node("where-lin", "linux"));
  await apply(WINDOWS, LINUX, ABSENT, FLEETS, ...ON_NAMED.map(([object]) => object));
  await bed.kubectl(["wait", "--for=condition=Established", "crd", `fleets.${GROUP}`]);
  const { spec } = podOf(NAMESPACE, "p", { credspec: "where-1" });
  const fleet = { apiVersion: `${GROUP}/v1`, kind: "Fleet", metadata: { name: "all" } };
  await eventually(
    () =>
      apply({ ...fleet, spec: { template: { spec } } }).then(
        () => true,
        () => false,
      ),
    isThere => isThere,
  );
}, 120_000);

afterAll(async () => {
  await bed.kubectl(["delete", "node", "where-win", "where-lin"]);
  await objects.core.deleteNamespace({ name: NAMED });
  await bed.kubectl(["delete", "-f", "-"], { stdin: JSON.stringify(FLEETS) });
  await bed.kubectl(["delete", "runtimeclass", "where-windows", "where-linux"]);
  await objects.core.deleteNamespace({ name: NAMESPACE });
  await objects.deleteCredspec("where-1");
}, 60_000);

test("status shows which Pods never run on Windows", async () => {
  const { stdout } = await run("status", "-n", NAMESPACE, "-o", "json");
  const { workloads } = JSON.parse(stdout) as Status;
  expect(workloads.map(({ name, placement }) => [name, placement[0]?.problem])).toEqual([
    ["on-where-absent", OF_NONE],
    ["on-where-linux", OF_LINUX],
    ["on-where-windows", undefined],
  ]);
  const table = (await run("status", "-n", NAMESPACE)).stdout;
  expect(table).toContain(`! Deployment/on-where-linux in ${NAMESPACE}: ${OF_LINUX}.\n  Remove `);
});

test("doctor fails for them, and for no other", async () => {
  const { code, stdout } = await run(
    ...["doctor", "-n", NAMESPACE, "--check", "placement", "-o", "json"],
  );
  const { checks } = JSON.parse(stdout) as { checks: CheckReport[] };
  expect(code).toBe(1);
  expect(checks[0]?.observed.map(({ level, message }) => [level, message])).toEqual([
    ["fail", `Deployment/on-where-absent in ${NAMESPACE}: ${OF_NONE}`],
    ["fail", `Deployment/on-where-linux in ${NAMESPACE}: ${OF_LINUX}`],
  ]);
});

test("status and doctor read the nodes that Pods name", async () => {
  const { stdout } = await run("status", "-n", NAMED, "-o", "json");
  const doctor = await run("doctor", "-n", NAMED, "--check", "placement", "-o", "json");
  const { workloads } = JSON.parse(stdout) as Status;
  const observed = (JSON.parse(doctor.stdout) as { checks: CheckReport[] }).checks[0]?.observed;
  const decided = ON_NAMED.filter(([, why]) => why?.includes(" has ") === true);
  expect(workloads).toHaveLength(ON_NAMED.length);
  expect(
    workloads.flatMap(({ name, placement: [first] }) =>
      first === undefined ? [] : [`${name}: ${first.problem}`],
    ),
  ).toEqual(decided.map(([object, why]) => endsWith(`${nameOf(object)}: `, why)));
  expect(observed?.map(({ level, message }) => `${level}: ${message}`)).toEqual(
    decided.map(([object, why]) => endsWith(`fail: Deployment/${nameOf(object)} `, why)),
  );
});

// `gmsa test` does not show information.
test.each([
  ["lint", /./],
  ["test", / has /],
])("%s --cluster reads the nodes that Pods name", async (command, shown) => {
  const items = ON_NAMED.map(([object]) => object);
  const stdin = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const words = [command, "--cluster", "-f", "-"];
  const { stdout } = await gmsa(words, { stdin, env: { KUBECONFIG: bed.kubeconfigPath } });
  const reported = stdout.split("\n").filter(line => line.includes("(GMSA213)"));
  const due = ON_NAMED.filter(([, why]) => why !== undefined && shown.test(why));
  expect(reported).toEqual(
    due.map(([object, why]) => endsWith(`.*Deployment/${nameOf(object)} `, `${why} (GMSA213)`)),
  );
});

test.each([
  ["lint", ["lint", "--cluster", "-f", "-"]],
  ["test", ["test", "--cluster", "-f", "-"]],
])("%s --cluster knows them", async (_command, words) => {
  const stdin = JSON.stringify({ apiVersion: "v1", kind: "List", items: [WINDOWS, LINUX, ABSENT] });
  const { stdout } = await gmsa(words, { stdin, env: { KUBECONFIG: bed.kubeconfigPath } });
  expect(stdout).toContain(OF_LINUX);
  expect(stdout).toContain(OF_NONE);
  expect(stdout.match(/\(GMSA213\)/g)).toHaveLength(2);
});

test("kubectl warns of a Pod by its RuntimeClass, and of a workload with one not at all", async () => {
  const warned = async (object: object): Promise<string[]> => {
    const words = ["create", "--dry-run=server", "-f", "-"];
    const { stderr } = await bed.kubectl(words, { stdin: JSON.stringify(object) });
    return stderr.split("\n").filter(line => line.startsWith("Warning: "));
  };
  const pod = (runtimeClassName: string): object => {
    const { metadata, spec } = podOf(NAMESPACE, "p", {
      serviceAccount: "web",
      credspec: "where-1",
    });
    return { apiVersion: "v1", kind: "Pod", metadata, spec: { ...spec, runtimeClassName } };
  };
  expect(await warned(pod("where-windows"))).toEqual([]);
  expect(await warned(pod("where-linux"))).toEqual([
    `Warning: the Pod uses GMSA, and never runs on Windows: it selects nodes with kubernetes.io/os: linux. ${SELECT}`,
  ]);
  const other = deployment("where-linux") as { metadata: object };
  expect(await warned({ ...other, metadata: { ...other.metadata, name: "other" } })).toEqual([]);
});

test("a cluster-scoped object that uses GMSA is unknown, where all namespaces are looked at", async () => {
  const why =
    'Fleet/all uses GMSA cred spec "where-1" and is not in a namespace, so the namespace of its Pods is unknown';
  const seen = async (...where: string[]): Promise<Status["unknown"]> =>
    (JSON.parse((await run("status", "-o", "json", ...where)).stdout) as Status).unknown;
  const [everywhere, here, doctor, graph] = await Promise.all([
    seen("-A"),
    seen("-n", NAMESPACE),
    run("doctor", "--check", "grants"),
    run("graph", "-A"),
  ]);
  expect(everywhere).toContainEqual({ what: "workloads", why });
  expect(here).not.toContainEqual({ what: "workloads", why });
  expect(doctor.stdout).toContain(why);
  expect(graph.stderr).toContain(`the graph may be incomplete: ${why}`);
}, 120_000);
