/**
 * Credential specs and workloads while no replica is available to check them. On a cluster of its
 * own.
 */
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import type { Controllers } from "../../testbed/controller/controller";
import { credspecObject } from "../../testbed/objects/credspec-object";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { WORKLOAD_KINDS, workloadOf } from "../../testbed/objects/workloads";
import type { WorkloadKind } from "../../testbed/objects/workloads";
import { describeOnOwnBed } from "../setup/own-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";

const NAMESPACE = "gmsa-early-away";
/** The API server's timeout for a webhook that does not answer, with a margin. */
const WAITS_MS = 3000;
const SOME_MS = 2500;
let bed: Bed;
let objects: Objects;
let controllers: Controllers;

beforeAll(async () => {
  bed = await startBed({ replicas: 1, install: MANIFEST });
  if (bed.controllers === undefined) {
    throw new Error("a bed of our own has controllers");
  }
  ({ controllers } = bed);
  objects = new Objects(bed.kubeConfig);
  await bed.createNamespace(NAMESPACE);
  // From now on they are checked.
  await eventually(
    () => kubectl(["create", "--dry-run=server", "-f", "-"], credspecObject("first", {})),
    ({ code }) => code !== 0,
  );
}, 300_000);

afterAll(async () => {
  await bed.stop();
});

function kubectl(args: string[], object?: object): ReturnType<Bed["kubectl"]> {
  return bed.kubectl(args, { stdin: JSON.stringify(object), allowFailure: true });
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Performs every kind of write on credential specs and workloads, one after the other. */
async function writeAll(name: string): Promise<void> {
  await objects.createCredspec(name, { CmsPlugins: ["ActiveDirectory"] });
  await objects.changeCredspec(name, validCredspec());
  await objects.deleteCredspec(name);
}

async function createWorkloads(name: string): Promise<void> {
  const { spec } = podOf(NAMESPACE, name, { credspec: "absent" });
  const items = (Object.keys(WORKLOAD_KINDS) as WorkloadKind[]).map(kind =>
    workloadOf(kind, { name: `${name}-${kind.toLowerCase()}`, namespace: NAMESPACE }, spec),
  );
  const { code, stdout, stderr } = await kubectl(["apply", "-f", "-"], {
    apiVersion: "v1",
    kind: "List",
    items,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.match(/ created$/gm)).toHaveLength(items.length);
}

describeOnOwnBed("while the controller does not answer", () => {
  beforeAll(() => {
    controllers.replicas[0]?.kill("SIGSTOP");
  });

  afterAll(() => {
    controllers.replicas[0]?.kill("SIGCONT");
  });

  test("credential specs are created, changed and deleted after three seconds each", async () => {
    expect(await took(() => writeAll("hangs"))).toBeLessThan(3 * WAITS_MS + SOME_MS);
  }, 30_000);

  test("workloads are written after three seconds each, those without GMSA at once", async () => {
    const { spec } = podOf(NAMESPACE, "plain");
    const plain = workloadOf("Deployment", { name: "plain", namespace: NAMESPACE }, spec);
    const time = await took(() => kubectl(["apply", "-f", "-"], plain));
    expect(time).toBeLessThan(WAITS_MS);
    const kinds = Object.keys(WORKLOAD_KINDS).length;
    expect(await took(() => createWorkloads("hangs"))).toBeLessThan(kinds * WAITS_MS + SOME_MS);
  }, 60_000);
});

describeOnOwnBed("while the controller is gone", () => {
  beforeAll(async () => {
    await controllers.stop();
  });

  test("credential specs are created, changed and deleted at once", async () => {
    expect(await took(() => writeAll("gone"))).toBeLessThan(WAITS_MS);
  });

  test("workloads of every kind are created at once", async () => {
    expect(await took(() => createWorkloads("gone"))).toBeLessThan(WAITS_MS);
  });

  test("Pods are guarded all the same", async () => {
    const outcome = await objects.createPod(podOf(NAMESPACE, "guarded", { credspec: "absent" }));
    expect(outcome).toMatchObject({
      admitted: false,
      message: expect.stringContaining('failed calling webhook "pepr-gmsa.pepr.dev"') as string,
    });
  });
});
