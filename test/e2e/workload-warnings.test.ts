/** Warnings for writing a workload whose Pods would be refused, as kubectl prints them. */
import { admissionCases } from "../fixtures/admission-case";
import { WORKLOAD_KINDS, workloadOf } from "../../testbed/objects/workloads";
import type { Workload, WorkloadKind } from "../../testbed/objects/workloads";
import { attachBed } from "../setup/attach-bed";
import { expectDocumented } from "./documented-message";
import { eventually } from "../../testbed/objects/eventually";
import { installFixtureCluster, removeFixtureCluster } from "../support/fixture-objects";
import { Objects } from "../../testbed/objects/cluster-objects";
import { containerOf, podOf } from "../../testbed/objects/pods";
import { webhookCalls } from "./webhook-calls";
import { untilAdmitted } from "../support/until-admitted";
import { linesOfWorkload } from "../support/worded";

const NAMESPACE = "gmsa-warnings";
const WEBHOOK = "workloads.pepr-gmsa.pepr.dev";
const KINDS = Object.keys(WORKLOAD_KINDS) as WorkloadKind[];
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const testWorkload = bed.hasControllerManager ? test : test.skip;
const cases = admissionCases(NAMESPACE).filter(
  ({ pod, oldPod, mutated, failing, valid }) =>
    valid &&
    oldPod === undefined &&
    mutated &&
    Object.keys(failing).length === 0 &&
    // In a Pod, Mutate replaces an empty text before validation, but the API server rejects it in a
    // template.
    !JSON.stringify(pod).includes('"gmsaCredentialSpec":""'),
);

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await installFixtureCluster(objects, NAMESPACE);
  const granted = podOf(NAMESPACE, "granted", { serviceAccount: "web", credspec: "webapp1" });
  await untilAdmitted(objects, granted);
});

afterAll(async () => {
  await removeFixtureCluster(objects, NAMESPACE);
});

function gmsaWorkload(kind: WorkloadKind, name: string, serviceAccount?: string): Workload {
  const { spec } = podOf(NAMESPACE, name, { serviceAccount, credspec: "webapp1" });
  const nodeSelector = { "kubernetes.io/os": "windows" };
  return workloadOf(kind, { name, namespace: NAMESPACE }, { ...spec, nodeSelector });
}

/** Runs kubectl apply, which must succeed. */
function apply(...items: object[]): Promise<{ stdout: string; stderr: string }> {
  const list = { apiVersion: "v1", kind: "List", items };
  return bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(list) });
}

/**
 * Our warnings only: kubectl and the API server have others, for example about a missing grace
 * period.
 */
function warningsIn(stderr: string): string[] {
  return stderr.split("\n").filter(line => line.startsWith("Warning: Pods of this"));
}

describe.each(KINDS)("a %s", kind => {
  const name = `warned-${kind.toLowerCase()}`;

  test("that names a credential spec without a grant is created, and its author gets a warning", async () => {
    const workload = gmsaWorkload(kind, name);
    const { stdout, stderr } = await apply(workload);
    expect(stdout).toContain("created");
    const warned = await linesOfWorkload(workload, { granted: false });
    expect(warningsIn(stderr)).toEqual(warned);
    expect(warned).toHaveLength(1);
    if (kind === "Deployment") {
      expectDocumented(
        warned.join().replace(NAMESPACE, "shop"),
        bed,
        "reference/early-warnings.md",
      );
    }
  });

  test("that may use its credential spec is created without a warning", async () => {
    const { stderr } = await apply(gmsaWorkload(kind, `${name}-granted`, "web"));
    expect(stderr).toBe("");
  });

  test("without GMSA is created and changed without asking the webhook", async () => {
    const before = await webhookCalls(bed, WEBHOOK);
    const { spec } = podOf(NAMESPACE, name);
    Object.assign(spec, {
      securityContext: { windowsOptions: { runAsUserName: "ContainerUser" } },
      initContainers: [containerOf("init")],
    });
    const plain = workloadOf(kind, { name: `${name}-plain`, namespace: NAMESPACE }, spec);
    await apply(plain);
    const labelled = Object.assign(plain.metadata, { labels: { a: "b" } });
    await apply({ ...plain, metadata: labelled });
    expect(await webhookCalls(bed, WEBHOOK)).toBe(before);
  });

  test("with GMSA is sent to the webhook when it is created, and not for a label", async () => {
    const before = await webhookCalls(bed, WEBHOOK);
    const workload = gmsaWorkload(kind, `${name}-labelled`, "web");
    await apply(workload);
    expect(await webhookCalls(bed, WEBHOOK)).toBe(before + 1);
    const resource = `${WORKLOAD_KINDS[kind]}/${workload.metadata.name}`;
    await bed.kubectl(["label", "-n", NAMESPACE, resource, "a=b"]);
    await bed.kubectl(["annotate", "-n", NAMESPACE, resource, "a=b"]);
    expect(await webhookCalls(bed, WEBHOOK)).toBe(before + 1);
  });
});

describe("a Deployment", () => {
  test("there are cases", () => {
    expect(cases.length).toBeGreaterThan(50);
  });

  // One at a time: on an overloaded machine, answers would miss the deadline.
  test.each(cases)("is warned about as its Pods are: $title", async fixture => {
    const { pod, denials, templateWarnings } = fixture;
    const deployment = workloadOf("Deployment", { name: "case", namespace: NAMESPACE }, pod.spec);
    const { stderr } = await bed.kubectl(["create", "--dry-run=server", "-f", "-"], {
      stdin: JSON.stringify(deployment),
    });
    const said = [
      ...denials.map(sentence => `Pods of this Deployment would be refused: ${sentence}`),
      ...templateWarnings.map(sentence => `Pods of this Deployment: ${sentence}`),
    ];
    expect(warningsIn(stderr)).toEqual(
      said.map(sentence => `Warning: ${sentence.replaceAll('pod "p"', "pod")}`),
    );
  });

  testWorkload(
    "is asked about once: not for its ReplicaSets and what its controller writes",
    async () => {
      const before = await webhookCalls(bed, WEBHOOK);
      await apply(gmsaWorkload("Deployment", "once", "web"));
      await eventually(
        () => bed.kubectl(["get", "replicasets", "-n", NAMESPACE, "-l", "app=once", "-o", "name"]),
        ({ stdout }) => stdout !== "",
      );
      const { stdout } = await eventually(
        () => bed.kubectl(["get", "deployment", "-n", NAMESPACE, "once", "-o", "yaml"]),
        printed => printed.stdout.includes("deployment.kubernetes.io/revision"),
      );
      expect(stdout).toContain("observedGeneration: 1");
      expect(await webhookCalls(bed, WEBHOOK)).toBe(before + 1);
    },
  );

  testWorkload("its CronJob's Jobs are not asked about either", async () => {
    const before = await webhookCalls(bed, WEBHOOK);
    await apply(gmsaWorkload("CronJob", "nightly", "web"));
    await bed.kubectl([...["create", "job", "-n", NAMESPACE, "now", "--from=cronjob/nightly"]]);
    expect(await webhookCalls(bed, WEBHOOK)).toBe(before + 1);
  });

  test("causes the warning again when it is rolled out", async () => {
    await apply(gmsaWorkload("Deployment", "rolled"));
    const { stderr } = await bed.kubectl([
      ...["rollout", "restart", "-n", NAMESPACE, "deployment/rolled"],
    ]);
    expect(warningsIn(stderr)).toHaveLength(1);
  });

  test("causes no warning if its grant comes with it", async () => {
    for (let round = 0; round < 5; round++) {
      const name = `together-${round}`;
      const metadata = { name, namespace: NAMESPACE };
      const { stderr } = await apply(
        { apiVersion: "v1", kind: "ServiceAccount", metadata },
        {
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "RoleBinding",
          metadata,
          roleRef: {
            apiGroup: "rbac.authorization.k8s.io",
            kind: "ClusterRole",
            name: "gmsa-fixture-web",
          },
          subjects: [{ kind: "ServiceAccount", ...metadata }],
        },
        gmsaWorkload("Deployment", name, name),
      );
      expect(stderr).toBe("");
    }
  });
});
