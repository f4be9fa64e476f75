/** `gmsa status` as users run it, on a cluster of its own. */
import { parse } from "yaml";

import type { Status } from "../../cli/commands/status/status-report";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { gmsa } from "../support/gmsa-program";
import type { GmsaResult } from "../support/gmsa-program";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { describeOnOwnBed } from "../setup/own-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { onWindows, podOf } from "../../testbed/objects/pods";
import { reportEndpoints, reportReady } from "../../testbed/objects/report-ready";
import { kubeconfigOfAccount } from "../support/user-of";

const NAMESPACE = "gmsa-status";
/** May list the objects in its own namespace, and has no other rights. */
const TEAM = { namespace: NAMESPACE, name: "team" };
/** More than one page of a list request. */
const MANY_PODS = 510;

describeOnOwnBed("gmsa status", () => {
  let bed: Bed;
  let objects: Objects;

  beforeAll(async () => {
    bed = await startBed({ replicas: 2, install: MANIFEST });
    objects = new Objects(bed.kubeConfig);
    await reportReady(bed);
    await reportEndpoints(bed);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("webapp1", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "gmsa-status",
      credspecs: ["webapp1"],
    });
    await objects.createServiceAccount(NAMESPACE, TEAM.name);
    await objects.bindInNamespace(NAMESPACE, "view", { kind: "ServiceAccount", ...TEAM });
    const pod = onWindows(
      podOf(NAMESPACE, "zz-alone", { serviceAccount: "web", credspec: "webapp1" }),
    );
    await eventually(
      () => objects.createPod(pod),
      ({ admitted }) => admitted,
    );
    await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(deployment("shop", "web")) });
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  /** A Deployment of two Pods, in which one container names the credential spec. */
  function deployment(name: string, serviceAccount: string): object {
    const named = podOf(NAMESPACE, name, { serviceAccount, containerCredspecs: ["webapp1"] });
    const { spec } = onWindows(named);
    const labels = { app: name };
    return {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace: NAMESPACE },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec },
      },
    };
  }

  function run(...args: string[]): Promise<GmsaResult> {
    return gmsa(["status", ...args], { env: { KUBECONFIG: bed.kubeconfigPath } });
  }

  async function status(...args: string[]): Promise<Status> {
    return JSON.parse((await run("-o", "json", ...args)).stdout) as Status;
  }

  test("shows the installation, the credential specs, and the workloads that use them", async () => {
    await eventually(
      () => status("-A"),
      ({ healthy, workloads }) => healthy && workloads[0]?.pods === 2,
      90_000,
    );
    const { code, stdout, stderr } = await run("-A");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^✔ GMSA works: \d+ checks of the installation passed\n/);
    expect(stdout).toMatch(/^versions +gmsa \d+\.\d+\.\d+, Kubernetes v1\.\d+\.\d+$/m);
    expect(stdout).toMatch(/^installed +0\.1\.0, build [0-9a-f]{12}$/m);
    expect(stdout).toMatch(/^replicas +✔ 2 of 2 ready$/m);
    expect(stdout).toMatch(/^certificate +✔ 364 days left, created and renewed by/m);
    expect(stdout).toMatch(/^webapp1 +webapp1 +contoso\.com +2 +gmsa-status\/web$/m);
    expect(stdout).toMatch(/^gmsa-status +Deployment\/shop +web +webapp1 +2 +✔ yes$/m);
    expect(stdout).toMatch(/^gmsa-status +Pod\/zz-alone +web +webapp1 +1 +✔ yes$/m);
    expect(stdout).not.toContain("\u001b");

    const [json, yaml] = await Promise.all([status("-A"), run("-A", "-o", "yaml")]);
    expect(parse(yaml.stdout)).toEqual(json);
    expect(json).toMatchObject({ healthy: true, drifted: [], unknown: [] });
  }, 180_000);

  test("looks at one namespace, as kubectl does: that of the context, or of -n", async () => {
    const [context, named] = await Promise.all([run(), status("-n", NAMESPACE)]);
    expect(context.stdout).toContain(
      "No workload uses GMSA in namespace default; add -A for all namespaces.",
    );
    expect(named.workloads.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
      "Deployment/shop",
      "Pod/zz-alone",
    ]);
  });

  test("finds objects beyond the first page", async () => {
    const namespace = "gmsa-many";
    await bed.createNamespace(namespace);
    const pods = [
      ...Array.from({ length: MANY_PODS }, (_, index) => podOf(namespace, `plain-${index}`)),
      podOf(namespace, "zz-last", { credspec: "webapp1" }),
    ];
    await objects.bindInNamespace(namespace, "gmsa-status", {
      ...{ kind: "ServiceAccount", name: "default", namespace },
    });
    for (const pod of pods) {
      await eventually(
        () => objects.createPod(pod),
        ({ admitted }) => admitted,
      );
    }
    expect((await status("-n", namespace)).workloads).toMatchObject([{ name: "zz-last", pods: 1 }]);
  }, 60_000);

  test("shows which Pods run with earlier contents of the credential spec", async () => {
    await objects.changeCredspec("webapp1", validCredspec("webapp2"));
    const { healthy, drifted } = await status("-n", NAMESPACE);
    expect(healthy).toBe(true);
    expect(drifted.map(({ name, places, now }) => [name.replace(/-.*/, ""), places, now])).toEqual([
      ["shop", ['container "c0"'], "changed"],
      ["shop", ['container "c0"'], "changed"],
      ["zz", ["pod"], "changed"],
    ]);
    const { stdout, code } = await run("-n", NAMESPACE);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^! Pod\/zz-alone in gmsa-status \(pod\) .*\bwebapp1$/m);
    await objects.changeCredspec("webapp1", validCredspec());
    expect((await status("-n", NAMESPACE)).drifted).toEqual([]);
  });

  test("shows whose Pods would be refused now, with the refusal that they get when created", async () => {
    const { rbac } = objects;
    await rbac.deleteNamespacedRoleBinding({ namespace: NAMESPACE, name: "gmsa-status" });
    const { healthy, workloads } = await eventually(
      () => status("-n", NAMESPACE),
      result => !result.healthy,
    );
    expect(healthy).toBe(false);
    const [shop, alone] = workloads;
    expect(shop).toMatchObject({
      admission: "refused",
      refusals: [{ reason: "not authorized" }],
    });

    const again = podOf(NAMESPACE, "zz-alone", { serviceAccount: "web", credspec: "webapp1" });
    const refused = await eventually(
      () => objects.createPod(again, { dryRun: true }),
      ({ admitted }) => !admitted,
    );
    const { problem = "", remedy = "" } = alone?.refusals[0] ?? {};
    expect(refused).toMatchObject({
      message: expect.stringContaining(`${problem}. ${remedy}`) as string,
    });

    const table = await run("-n", NAMESPACE);
    expect(table.code).toBe(1);
    expect(table.stdout).toMatch(/^gmsa-status +Deployment\/shop +web +webapp1 +2 +✘ no$/m);
    expect(table.stdout).toContain(`✘ Pod/zz-alone in gmsa-status: ${problem}.\n  ${remedy}`);
    await objects.bindInNamespace(NAMESPACE, "gmsa-status", {
      ...{ kind: "ServiceAccount", name: "web", namespace: NAMESPACE },
    });
  });

  test("a workload in kube-system is refused by the policy", async () => {
    const object = deployment("in-the-wrong-place", "default");
    Object.assign(object, { metadata: { name: "in-the-wrong-place", namespace: "kube-system" } });
    await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(object) });
    const { workloads } = await status("-n", "kube-system");
    expect(workloads).toMatchObject([
      {
        admission: "refused",
        refusals: [
          {
            reason: "namespace excluded",
            problem: expect.stringContaining(
              'GMSA cannot be used in namespace "kube-system"',
            ) as string,
          },
        ],
      },
    ]);
    await bed.kubectl(["delete", "deployment", "-n", "kube-system", "in-the-wrong-place"]);
  });

  test("shows an application team the objects that it may see, and names the others", async () => {
    const kubeconfig = await kubeconfigOfAccount(bed, TEAM);
    try {
      const result = await gmsa(["status", "--kubeconfig", kubeconfig.file]);
      expect(result).toMatchObject({ code: 0, stderr: "" });
      expect(result.stdout).toMatch(
        /^gmsa-status +Deployment\/shop +web +webapp1 +2 +\? unknown$/m,
      );
      expect(result.stdout).toMatch(/^\? No problems found, but some checks are unknown\n/);
      for (const [what, right] of [
        ["installation", "get deployments in namespace pepr-system"],
        ["certificate", "get secrets and list pods in namespace pepr-system"],
        ["credspecs", "list gmsacredentialspecs"],
        ["workloads", "create subjectaccessreviews"],
        ["canary", "create pods in namespace gmsa-status"],
      ]) {
        expect(result.stdout).toMatch(
          new RegExp(`^\\? ${what}\\b.*: .*needs the right to ${right}$`, "m"),
        );
      }
    } finally {
      kubeconfig.remove();
    }
  });
});
