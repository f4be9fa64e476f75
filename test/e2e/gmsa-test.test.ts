/** `gmsa test` and a real API server, complete and with missing parts. On a cluster of its own. */
import { join } from "node:path";

import { namespaceExcluded } from "../../rules/admission/excluded-namespaces";
import { sentence } from "../../rules/problem";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { credspecObject } from "../../testbed/objects/credspec-object";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { describeOnOwnBed } from "../setup/own-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects, REFUSED_BY_WEBHOOK } from "../../testbed/objects/cluster-objects";
import { containerOf, podOf, restricted } from "../../testbed/objects/pods";
import { ROOT, TestRuns, manifestOf } from "./test-runs";
import { kubeconfigOfAccount } from "../support/user-of";

const NAMESPACE = "gmsa-trials";
/** May view Pods, but not create them. */
const VIEWER = { namespace: NAMESPACE, name: "viewer" };

describeOnOwnBed("gmsa test and the API server", () => {
  let bed: Bed;
  let objects: Objects;
  let runs: TestRuns;

  beforeAll(async () => {
    bed = await startBed({ replicas: 1, install: MANIFEST });
    objects = new Objects(bed.kubeConfig);
    runs = new TestRuns(bed);
    await bed.createNamespace(NAMESPACE);
    await Promise.all(
      ["kube-system", "default"].map(namespace => bed.waitForServiceAccount(namespace, "default")),
    );
    await objects.createCredspec("trial", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", { role: "trial", credspecs: ["trial"] });
    const named = podOf(NAMESPACE, "first", { serviceAccount: "web", credspec: "trial" });
    await eventually(
      () => objects.createPod(named, { dryRun: true }),
      ({ admitted }) => admitted,
    );
  }, 300_000);

  afterAll(async () => {
    runs.remove();
    await bed.stop();
  });

  test("the contents filled in are compared with the credential spec of the manifests", async () => {
    const [pod, other] = [
      runs.manifests("pod.json", [
        manifestOf(podOf(NAMESPACE, "p", { serviceAccount: "web", credspec: "trial" })),
      ]),
      runs.manifests("other.json", [credspecObject("trial", { CmsPlugins: ["ActiveDirectory"] })]),
    ];
    const result = await runs.run("-f", pod, "-f", other, "--cluster");
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toContain(
      "filled in from the cluster, whose credential spec differs from the one in the manifests",
    );
    const same = await runs.run("-f", pod, "--cluster");
    expect(same.stdout).not.toContain("another than");
  });

  test.each(["kube-system", "pepr-system"])(
    "in %s the policy refuses the same",
    async namespace => {
      const securityContext = { windowsOptions: { gmsaCredentialSpecName: "trial" } };
      const base = restricted(podOf(namespace, "p", { credspec: "trial" }));
      const pod = {
        ...base,
        spec: {
          ...base.spec,
          initContainers: [{ ...containerOf("i"), securityContext }],
          ephemeralContainers: [{ ...containerOf("e"), securityContext }],
        },
      };
      const workload = {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: "j", namespace },
        spec: { template: { spec: pod.spec } },
      };
      const file = runs.manifests("excluded.json", [manifestOf(pod), workload]);
      const [byManifests, byCluster] = await Promise.all([
        runs.resultsOf("-f", file),
        runs.resultsOf("-f", file, "--cluster"),
      ]);
      expect(byCluster).toEqual(byManifests);
      expect(byCluster[0]?.refusals.map(sentence)).toEqual([
        sentence(namespaceExcluded(namespace, pod)),
      ]);
    },
  );

  test("failures that have nothing to do with GMSA are reported separately, with a remedy", async () => {
    const pods = [
      podOf("nowhere", "p", { credspec: "trial" }),
      podOf(NAMESPACE, "p", { serviceAccount: "nobody", credspec: "trial" }),
      podOf(NAMESPACE, "Bad_Name", { serviceAccount: "web", credspec: "trial" }),
    ];
    const file = runs.manifests("others.json", pods.map(manifestOf));
    const results = await runs.resultsOf("-f", file, "--cluster");
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(3).fill("not created"));
    expect(results.map(({ refusals }) => refusals)).toMatchObject([
      [{ problem: 'namespaces "nowhere" not found', remedy: "Create the namespace first." }],
      [
        {
          problem: expect.stringContaining('pods "p" is forbidden: error looking up') as string,
          remedy: "Create the service account first.",
        },
      ],
      [
        {
          problem: expect.stringContaining('Pod "Bad_Name" is invalid: metadata.name') as string,
          remedy: "The reason has nothing to do with GMSA.",
        },
      ],
    ]);
    const table = await runs.run("-f", file, "--cluster");
    expect(table).toMatchObject({ code: 1 });
    expect(table.stdout).toContain("0 admitted, 0 refused, 3 not created");
  });

  test("a missing right to create Pods is reported, and a Pod that exists already is not an obstacle", async () => {
    const existing = podOf(NAMESPACE, "exists", { serviceAccount: "web", credspec: "trial" });
    expect(await objects.createPod(existing)).toMatchObject({ admitted: true });
    const { stdout } = await bed.kubectl(["get", "pod", "exists", "-n", NAMESPACE, "-o", "json"]);
    const stored = runs.file("stored.json", stdout);
    const [result] = await runs.resultsOf("-f", stored, "--cluster");
    await objects.deletePod(existing.metadata);
    expect(result).toMatchObject({ outcome: "admitted", places: [{ result: "kept" }] });

    await objects.createServiceAccount(NAMESPACE, VIEWER.name);
    await objects.bindInNamespace(NAMESPACE, "view", { kind: "ServiceAccount", ...VIEWER });
    const user = await kubeconfigOfAccount(bed, VIEWER);
    const refused = await runs.run("-f", stored, "--cluster", "--kubeconfig", user.file);
    user.remove();
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stdout).toContain(
      "A dry run needs the right to create Pods. Ask for this right",
    );
  });

  test("gmsa lint --cluster looks up objects that the files name and do not contain", async () => {
    const nodes = { nodeSelector: { "kubernetes.io/os": "windows" } };
    const pod = (name: string, serviceAccount: string, credspec: string): object => {
      const { metadata, spec } = podOf(NAMESPACE, name, { serviceAccount, credspec });
      return { apiVersion: "v1", kind: "Pod", metadata, spec: { ...spec, ...nodes } };
    };
    // The role is in the cluster, and its binding is in the files.
    const binding = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "files", namespace: NAMESPACE },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "trial" },
      subjects: [{ kind: "ServiceAccount", name: "of-files", namespace: NAMESPACE }],
    };
    const file = runs.manifests("lint.json", [
      pod("granted", "web", "trial"),
      pod("by-files", "of-files", "trial"),
      pod("not-granted", "nobody", "trial"),
      pod("missing", "web", "not-there"),
      binding,
    ]);
    const findingsOf = async (...args: string[]): Promise<string[]> => {
      const { stdout } = await runs.command("lint", "-f", file, "-o", "json", ...args);
      const { findings } = JSON.parse(stdout) as { findings: { object: string; code: string }[] };
      return findings.map(({ object, code }) => `${object} ${code}`);
    };
    expect(await findingsOf()).toEqual([]);
    const due = ["Pod/not-granted GMSA262", "Pod/missing GMSA262", "Pod/missing GMSA263"];
    expect(await findingsOf("--cluster")).toEqual(due);
    const closed = await runs.command("lint", "-f", file, "--closed", "--cluster");
    expect(closed).toMatchObject({ code: 2, stdout: "" });
  });

  test("nothing is left behind", async () => {
    const { stdout } = await bed.kubectl(["get", "pods", "-A", "-o", "name"]);
    expect(stdout).not.toContain("gmsa-test");
  });

  test("an unreachable API server is reported, and no Pod is reported as refused", async () => {
    const cluster = { clusters: [{ name: "a", cluster: { server: "https://127.0.0.1:1" } }] };
    const contexts = {
      contexts: [{ name: "a", context: { cluster: "a" } }],
      "current-context": "a",
    };
    const away = runs.file("away", JSON.stringify({ ...cluster, ...contexts }));
    const result = await runs.run(
      "-f",
      "examples/plain-pod.yaml",
      "--cluster",
      "--kubeconfig",
      away,
    );
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("the server 127.0.0.1:1 refused the connection");
  });

  describe("the examples", () => {
    beforeAll(async () => {
      await bed.kubectl(["apply", "-k", join(ROOT, "examples")]);
      await bed.waitForServiceAccount("gmsa-demo", "default");
      // Only the Pods are refused; the objects that they need then exist.
      await bed.kubectl(["apply", "-f", join(ROOT, "examples/refused")]).catch(() => undefined);
    }, 60_000);

    test("have the same outcome by manifests, by the cluster, and when they are created", async () => {
      const [byManifests, byCluster] = await Promise.all([
        runs.resultsOf("-f", "examples", "-R"),
        runs.resultsOf("-f", "examples", "-R", "--cluster"),
      ]);
      expect(byManifests).toEqual(byCluster);
      expect(byCluster).toHaveLength(6);
      const refused = byCluster.filter(({ outcome }) => outcome === "refused");
      expect(refused).toHaveLength(4);
      for (const { file, refusals } of refused) {
        await expect(bed.kubectl(["apply", "-f", join(ROOT, file)])).rejects.toThrow(
          `${REFUSED_BY_WEBHOOK}${refusals.map(sentence).join(" ")}`,
        );
      }
    });

    test("are as their suite expects, by the cluster as well", async () => {
      const result = await runs.run("--suite", "examples/suite.yaml", "--cluster");
      expect(result).toMatchObject({ code: 0, stderr: "" });
      expect(result.stdout).toContain("9 passed, 0 failed");
    });
  });

  test("while no replica answers, Pods are refused, and without webhooks they are not checked", async () => {
    const file = runs.manifests("away.json", [
      manifestOf(podOf(NAMESPACE, "p", { serviceAccount: "web", credspec: "trial" })),
    ]);
    await bed.controllers?.stop();
    expect(await runs.resultsOf("-f", file, "--cluster")).toMatchObject([
      {
        outcome: "refused",
        places: [{ result: "webhook unavailable" }],
        refusals: [{ problem: expect.stringContaining("failed calling webhook") as string }],
      },
    ]);
    await bed.kubectl([
      ...["delete", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "pepr-gmsa"],
    ]);
    const unchecked = await eventually(
      () => runs.resultsOf("-f", file, "--cluster"),
      ([result]) => result?.places[0]?.result === "not checked",
    );
    expect(unchecked).toMatchObject([{ outcome: "refused" }]);
  });
});
