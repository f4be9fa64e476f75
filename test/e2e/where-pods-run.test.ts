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
const SELECT = 'Set nodeSelector "kubernetes.io/os: windows", and os.name "windows".';
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
  await apply(WINDOWS, LINUX, ABSENT, FLEETS);
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
  expect(table).toContain(`! Deployment/on-where-linux in ${NAMESPACE}: ${OF_LINUX}.\n  ${SELECT}`);
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

test("what uses GMSA and is in no namespace is unknown, where all namespaces are looked at", async () => {
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
