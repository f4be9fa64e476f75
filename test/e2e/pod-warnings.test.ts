/** The warnings that kubectl prints for an admitted GMSA Pod. */
import { creatableCases } from "../fixtures/admission-case";
import type { CompletePod } from "../../testbed/objects/pods";
import { workloadOf } from "../../testbed/objects/workloads";
import { attachBed } from "../setup/attach-bed";
import { expectDocumented } from "./documented-message";
import { eventually } from "../../testbed/objects/eventually";
import { installFixtureCluster, removeFixtureCluster } from "../support/fixture-objects";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { untilAdmitted } from "../support/until-admitted";
import { linesOfPod, linesOfWorkload } from "../support/worded";

const NAMESPACE = "gmsa-pod-warnings";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const testWorkload = bed.hasControllerManager ? test : test.skip;
const cases = creatableCases(NAMESPACE).filter(
  ({ oldPod, denials, warnings }) => oldPod === undefined && denials.length + warnings.length > 0,
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

/** Warnings of kubectl create as a dry run. */
async function warningsOf(object: object): Promise<string[]> {
  const { stderr } = await bed.kubectl(["create", "--dry-run=server", "-f", "-"], {
    stdin: JSON.stringify({ apiVersion: "v1", kind: "Pod", ...object }),
    allowFailure: true,
  });
  return warningsIn(stderr);
}

function warningsIn(stderr: string): string[] {
  return stderr.split("\n").filter(line => line.startsWith("Warning:"));
}

/** A Pod with HostProcess containers, which the API server accepts. */
function hostProcessPod(gmsa: { ofPod?: string; ofContainer?: string }): CompletePod {
  const named = (gmsaCredentialSpecName?: string): object => ({
    windowsOptions: {
      runAsUserName: "NT AUTHORITY\\SYSTEM",
      hostProcess: true,
      ...(gmsaCredentialSpecName === undefined ? {} : { gmsaCredentialSpecName }),
    },
  });
  const container = { image: "image", securityContext: named(gmsa.ofContainer) };
  const spec = {
    serviceAccountName: "web",
    hostNetwork: true,
    nodeSelector: { "kubernetes.io/os": "windows" },
    securityContext: named(gmsa.ofPod),
    initContainers: [{ name: "init", ...container }],
    containers: [{ name: "main", ...container }],
  };
  return { metadata: { name: "host-process", namespace: NAMESPACE }, spec };
}

describe("a Pod with the annotations of Kubernetes 1.15", () => {
  const key = "pod.alpha.windows.kubernetes.io/gmsa-credential-spec-name";
  const annotated = (name: string): object => ({
    metadata: { name, namespace: NAMESPACE, annotations: { [key]: "webapp1" } },
    spec: { containers: [{ name: "main", image: "image" }] },
  });

  test("is created, and its author gets a warning with the correct field", async () => {
    const pod = annotated("annotated");
    const warned = await warningsOf(pod);
    expect(warned).toEqual(linesOfPod(pod));
    expect(warned).toEqual([expect.stringContaining(key)]);
  });

  test("causes the same warning as the template of a Deployment", async () => {
    const { metadata, spec } = annotated("annotated") as CompletePod;
    const template = { metadata: { ...metadata, labels: { app: "annotated" } }, spec };
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "annotated", namespace: NAMESPACE },
      spec: { selector: { matchLabels: { app: "annotated" } }, template },
    };
    const warned = await warningsOf(deployment);
    expect(warned).toEqual(await linesOfWorkload(deployment, { granted: true }));
    expect(warned).toEqual([expect.stringContaining(key)]);
  });
});

describe("a GMSA Pod", () => {
  test("there are cases", () => {
    expect(cases.filter(({ warnings }) => warnings.length > 0).length).toBeGreaterThan(8);
    expect(cases.filter(({ denials }) => denials.length > 0).length).toBeGreaterThan(20);
  });

  test.each(cases)("its author gets a warning: $title", async ({ pod, denials, warnings }) => {
    expect(await warningsOf(pod)).toEqual(
      denials.length === 0 ? warnings.map(sentence => `Warning: ${sentence}`) : [],
    );
  });

  test("for Windows nodes that may use its credential spec is created without a warning", async () => {
    const pod = podOf(NAMESPACE, "quiet", { serviceAccount: "web", credspec: "webapp1" });
    pod.spec.nodeSelector = { "kubernetes.io/os": "windows" };
    expect(await warningsOf(pod)).toEqual([]);
  });

  test("that is applied causes one warning, with a link to the documentation", async () => {
    const pod = podOf(NAMESPACE, "applied", { serviceAccount: "web", credspec: "webapp1" });
    const { stdout, stderr } = await bed.kubectl(["apply", "-f", "-"], {
      stdin: JSON.stringify({ apiVersion: "v1", kind: "Pod", ...pod }),
    });
    expect(stdout).toContain("created");
    const warned = linesOfPod(pod);
    expect(warningsIn(stderr)).toEqual(warned);
    expect(warned).toHaveLength(1);
    expectDocumented(warned.join(), bed, "reference/early-warnings.md");

    const labelled = await bed.kubectl(["label", "pod", "-n", NAMESPACE, "applied", "a=b"]);
    expect(labelled.stderr).toBe("");
    await objects.deletePod(pod.metadata);
  });

  test.each([{ ofPod: "webapp1" }, { ofContainer: "webapp1" }])(
    "with HostProcess containers is ignored by Windows: %j",
    async gmsa => {
      const pod = hostProcessPod(gmsa);
      const warned = linesOfPod(pod);
      expect(warned).toHaveLength(1);
      // The API server may add a warning of its own about host networks on Windows.
      expect(await warningsOf(pod)).toEqual(expect.arrayContaining(warned));
      for (const container of ['init container "init"', 'container "main"']) {
        expect(warned.join()).toContain(container);
      }
    },
  );

  test("a user who adds a HostProcess ephemeral container gets a warning", async () => {
    const pod = hostProcessPod({});
    expect(await objects.createPod(pod)).toMatchObject({ admitted: true });
    const windowsOptions = { gmsaCredentialSpecName: "webapp1", hostProcess: true };
    const debug = { name: "debug", image: "image", securityContext: { windowsOptions } };
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${pod.metadata.name}`;
    const { stdout } = await bed.kubectl(["get", "--raw", path]);
    const stored = JSON.parse(stdout) as { spec: object };
    Object.assign(stored.spec, { ephemeralContainers: [debug] });
    const { stderr } = await bed.kubectl(
      ["replace", "--raw", `${path}/ephemeralcontainers`, "-f", "-"],
      { stdin: JSON.stringify(stored) },
    );
    const debugged = { ...pod, spec: { containers: [], ephemeralContainers: [debug] } };
    const [warned] = linesOfPod(debugged).filter(line => line.includes('"debug"'));
    expect(warningsIn(stderr)).toEqual([warned]);
    await objects.deletePod(pod.metadata);
  });
});

describe("warnings that are given once", () => {
  testWorkload("a Deployment is warned about, and its Pods are not", async () => {
    const { spec } = podOf(NAMESPACE, "web", { serviceAccount: "web", credspec: "webapp1" });
    const deployment = workloadOf("Deployment", { name: "web", namespace: NAMESPACE }, spec);
    const { stderr } = await bed.kubectl(["apply", "-f", "-"], {
      stdin: JSON.stringify(deployment),
    });
    const warned = await linesOfWorkload(deployment, { granted: true });
    expect(warningsIn(stderr)).toEqual(warned);
    expect(warned).toHaveLength(1);

    const owner = await eventually(
      () =>
        bed.kubectl([
          ...["get", "pods", "-n", NAMESPACE, "-l", "app=web", "-o"],
          "jsonpath={.items[*].metadata.ownerReferences}",
        ]),
      ({ stdout }) => stdout !== "",
    );
    const pod = podOf(NAMESPACE, "again", { serviceAccount: "web", credspec: "webapp1" });
    const ownerReferences = JSON.parse(owner.stdout) as object[];
    expect(await warningsOf({ ...pod, metadata: { ...pod.metadata, ownerReferences } })).toEqual(
      [],
    );
    await bed.kubectl(["delete", "deployment", "-n", NAMESPACE, "web"]);
  });
});
