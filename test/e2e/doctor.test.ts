/** `gmsa doctor` as users run it, on a cluster of its own that is broken in one way after another. */
import { join } from "node:path";
import { parse } from "yaml";

import type { Observed } from "../../cli/diagnosis/report/check";
import type { Report } from "../../cli/diagnosis/report/examine";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { findingsOf, hasFinding, type Finding } from "../support/doctor-findings";
import { gmsa } from "../support/gmsa-program";
import type { GmsaResult } from "../support/gmsa-program";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { describeOnOwnBed } from "../setup/own-bed";
import { byScript, oldObjects } from "../windows-gmsa/windows-gmsa-manifests";
import { BREAKAGES, NAMESPACE } from "./breakages";
import { created } from "./broken";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { onWindows, podOf } from "../../testbed/objects/pods";
import { reportEndpoints, reportReady } from "../../testbed/objects/report-ready";
import { kubeconfigOfAccount } from "../support/user-of";
import { windowsNode } from "./fake-windows-nodes";

/** May use credential specs, and has no other rights. */
const ACCOUNT = { namespace: NAMESPACE, name: "web" };
const DOCTOR_ROLE = join(__dirname, "../../examples/doctor-role.yaml");
const CRD = join(__dirname, "../../crds/gmsacredentialspecs.windows.k8s.io.yaml");

describeOnOwnBed("gmsa doctor", () => {
  let bed: Bed;
  let objects: Objects;
  let beforeInstallation: GmsaResult;

  beforeAll(async () => {
    bed = await startBed();
    objects = new Objects(bed.kubeConfig);
    beforeInstallation = await doctor("-o", "json");
    // Before any webhook validates the objects.
    await bed.apply(CRD);
    await eventually(
      () =>
        objects.createCredspec("broken", { CmsPlugins: ["activedirectory"] }).then(
          () => true,
          () => false,
        ),
      stored => stored,
    );
    await bed.install(MANIFEST, { replicas: 2 });
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("webapp1", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "gmsa-doctor-web",
      credspecs: ["webapp1", "web-app-1"],
    });
    await eventually(
      () =>
        objects.createPod(
          onWindows(podOf(NAMESPACE, "web", { serviceAccount: "web", credspec: "webapp1" })),
        ),
      ({ admitted }) => admitted,
    );
    // The certificate controller would repair these breakages within seconds.
    await bed.controllers?.keeper?.stop();
    await reportReady(bed);
    await reportEndpoints(bed);
    await created(bed, [windowsNode("win-1")]);
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  function doctor(...args: string[]): Promise<GmsaResult> {
    return gmsa(["doctor", ...args], { env: { KUBECONFIG: bed.kubeconfigPath } });
  }

  async function report(...args: string[]): Promise<Report> {
    return JSON.parse((await doctor("-o", "json", ...args)).stdout) as Report;
  }

  function levelsOf({ checks }: Report): Record<string, string> {
    return Object.fromEntries(checks.map(({ name, level }) => [name, level]));
  }

  test("without an installation it reports that, and how to install it", () => {
    const { code, stdout, stderr } = beforeInstallation;
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const { checks } = JSON.parse(stdout) as Report;
    const failed = checks.filter(({ level }) => level === "fail");
    expect(failed.map(({ name }) => name)).toEqual([
      ...["credspec-resource", "webhooks", "policy", "objects", "rights", "replicas"],
      ...["endpoints", "certificate", "canary"],
    ]);
    for (const { observed } of failed) {
      expect(observed[0]?.remedy).toContain("kubectl apply -k .");
    }
    expect(findingsOf(stdout, "credspecs")).toEqual([
      { level: "unknown", message: expect.stringContaining("CRD") as string },
    ]);
  });

  test("a credential spec from before that Windows cannot work with fails, field by field", async () => {
    const { code, stdout } = await doctor("--check", "credspecs", "-o", "json");
    expect(code).toBe(1);
    const failed = { check: "credspecs", level: "fail" } as const;
    const object = "GMSACredentialSpec/broken";
    for (const names of [
      ["credspec.CmsPlugins", "ActiveDirectory"],
      ["credspec.DomainJoinConfig", "Get-ADDomain"],
    ]) {
      expect(hasFinding(stdout, { ...failed, names: [object, ...names] })).toBe(true);
    }
    await objects.deleteCredspec("broken");
  });

  test("on a healthy cluster every check passes, as text and as JSON", async () => {
    // Deployments and endpoint slices follow their Pods with a delay.
    const { checks } = await eventually(report, ({ healthy }) => healthy, 30_000);
    expect(checks.filter(({ level }) => level !== "pass")).toEqual([]);

    const [table, yaml] = await Promise.all([doctor(), doctor("-o", "yaml")]);
    expect(table).toMatchObject({ code: 0, stderr: "" });
    expect(table.stdout).toMatch(/^✔ +credspec-resource +gmsacred/);
    expect(table.stdout).toMatch(/^✔ +endpoints +.*pepr-system\/pepr-gmsa/m);
    expect(table.stdout).toMatch(/^✔ +certificate +.*\b364 days/m);
    expect(table.stdout).toMatch(/^✔ +grants +.*\b1 workload\b/m);
    expect(table.stdout).toMatch(/\n\n28 checks: 28 passed\n$/);
    expect(table.stdout).not.toContain("\u001b");
    expect(parse(yaml.stdout)).toEqual({ healthy: true, unknown: [], checks });
  }, 120_000);

  test.each(BREAKAGES)(
    "$what",
    async ({ break: breakIt, check, level, effect, names }) => {
      const restore = await breakIt(bed);
      try {
        const due: Finding = { check, level: level ?? "fail", ...(effect && { effect }), names };
        const { stdout, code } = await eventually(
          () => doctor("--check", check, "-o", "json"),
          result => hasFinding(result.stdout, due),
          20_000,
        );
        expect(hasFinding(stdout, due)).toBe(true);
        expect(code).toBe(level === undefined ? 1 : 0);
      } finally {
        await restore();
      }
      await eventually(
        () => report("--check", check),
        ({ checks: [result] }) => result?.level === "pass",
        20_000,
      );
    },
    120_000,
  );

  test("the webhook of AKS is not changed, and causes no warning", async () => {
    const labels = { "addonmanager.kubernetes.io/mode": "Reconcile" };
    const webhooks = oldObjects(
      { ...byScript, name: "windows-gmsa", namespace: "kube-system" },
      { ca: "", certificate: "", key: "" },
    )
      .map(object => object as { kind: string; metadata: object })
      .filter(({ kind }) => kind.endsWith("WebhookConfiguration"))
      .map(object => ({ ...object, metadata: { ...object.metadata, labels } }));
    const restore = await created(bed, webhooks);
    try {
      const { stdout, code } = await doctor("--check", "windows-gmsa", "-o", "json");
      const objects = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
      const names = [...objects.map(kind => `${kind}/windows-gmsa`), "gmsa explain aks"];
      expect(hasFinding(stdout, { check: "windows-gmsa", level: "pass", names })).toBe(true);
      expect(code).toBe(0);
    } finally {
      await restore();
    }
  });

  test("no replica is ready", async () => {
    await reportReady(bed, false);
    await reportEndpoints(bed, false);
    const { checks } = await eventually(
      () => report("--check", "replicas", "--check", "endpoints"),
      ({ checks: results }) => results.every(({ level }) => level === "fail"),
      20_000,
    );
    expect(checks.flatMap(({ observed }) => observed)).toMatchObject([
      {
        effect: "unanswered",
        message: expect.stringContaining("Deployment/pepr-gmsa: 0 of 2 ") as string,
      },
      {
        effect: "unanswered",
        message: expect.stringContaining("Service pepr-system/pepr-gmsa") as string,
      },
    ]);
    await reportReady(bed);
    await reportEndpoints(bed);
    await eventually(report, ({ healthy }) => healthy, 30_000);
  }, 120_000);

  test("a Pod runs with earlier contents of its credential spec", async () => {
    await objects.changeCredspec("webapp1", validCredspec("webapp2"));
    const changed = await report("--check", "drift");
    expect(changed).toMatchObject({ healthy: true, checks: [{ level: "warn" }] });
    expect(changed.checks[0]?.observed).toEqual([
      {
        level: "warn",
        message: expect.stringMatching(/^Pod\/web in gmsa-doctor \(pod\) .*\bwebapp1$/) as string,
        remedy: expect.stringContaining("kubectl -n gmsa-doctor delete pod web") as string,
      },
    ]);
    await objects.changeCredspec("webapp1", validCredspec());
    expect(levelsOf(await report("--check", "drift"))).toEqual({ drift: "pass" });
  });

  test("without rights it lists those it needs, and does not fail", async () => {
    const kubeconfig = await kubeconfigOfAccount(bed, ACCOUNT);
    try {
      const result = await gmsa(["doctor", "-o", "json", "--kubeconfig", kubeconfig.file]);
      expect(result).toMatchObject({ code: 0, stderr: "" });
      const { checks } = JSON.parse(result.stdout) as Report;
      const known = checks.filter(({ level }) => level !== "unknown").map(({ name }) => name);
      // Through discovery, which every user may read.
      expect(known).toEqual(["credspec-resource"]);
      const lacks = (right: string): Observed => {
        const message = expect.stringContaining(` ${right}`) as string;
        return { level: "unknown", isForbidden: true, message };
      };
      expect(findingsOf(result.stdout, "webhooks")).toEqual([
        lacks("list mutatingwebhookconfigurations"),
        lacks("list validatingwebhookconfigurations"),
      ]);
      expect(findingsOf(result.stdout, "node-build")).toEqual([lacks("list nodes")]);
      expect(findingsOf(result.stdout, "certificate")).toEqual([
        lacks("get secrets and list pods in namespace pepr-system"),
      ]);
      expect(findingsOf(result.stdout, "grants")).toEqual([
        lacks(
          "list pods, replicationcontrollers, deployments, statefulsets, daemonsets, replicasets, jobs, cronjobs in all namespaces",
        ),
        lacks("create subjectaccessreviews"),
      ]);
    } finally {
      kubeconfig.remove();
    }
  });

  test("with role edit, unseen objects are not a success, and the last line shows who could see them", async () => {
    const editor = { namespace: NAMESPACE, name: "editor" };
    await bed.kubectl(["create", "serviceaccount", editor.name, "-n", NAMESPACE]);
    await bed.kubectl([
      ...["create", "rolebinding", "editor", "-n", NAMESPACE, "--clusterrole=edit"],
      `--serviceaccount=${NAMESPACE}:editor`,
    ]);
    const kubeconfig = await kubeconfigOfAccount(bed, editor);
    try {
      const [usual, strict, counted] = await Promise.all([
        gmsa(["doctor", "--kubeconfig", kubeconfig.file]),
        gmsa(["doctor", "--strict", "--kubeconfig", kubeconfig.file]),
        gmsa(["doctor", "-o", "json", "--kubeconfig", kubeconfig.file]),
      ]);
      expect([usual.code, strict.code]).toEqual([0, 1]);
      expect(JSON.parse(counted.stdout)).toMatchObject({ healthy: false });
      // The role `edit` allows creating Pods, which the canary needs.
      expect(usual.stdout).toMatch(/^✔ +canary /m);
      expect(usual.stdout.trimEnd().split("\n").at(-1)).toMatch(
        /: version, webhooks, .*\. .*\bClusterRole\b.*`gmsa explain troubleshooting`/,
      );
    } finally {
      kubeconfig.remove();
    }
  });

  test("the role of examples/doctor-role.yaml is enough for all checks but the canary", async () => {
    await bed.apply(DOCTOR_ROLE);
    const reader = { namespace: NAMESPACE, name: "reader" };
    const subject = `--serviceaccount=${NAMESPACE}:reader`;
    await bed.kubectl(["create", "serviceaccount", reader.name, "-n", NAMESPACE]);
    await bed.kubectl([
      ...["create", "clusterrolebinding", "reader", "--clusterrole=gmsa-doctor", subject],
    ]);
    await bed.kubectl([
      ...["create", "rolebinding", "reader", "-n", "pepr-system", "--role=gmsa-doctor", subject],
    ]);
    const kubeconfig = await kubeconfigOfAccount(bed, reader);
    try {
      const look = (...words: string[]): Promise<GmsaResult> =>
        gmsa(["doctor", ...words, "--kubeconfig", kubeconfig.file]);
      const { unknown, checks } = JSON.parse((await look("-o", "json")).stdout) as Report;
      expect(unknown).toEqual([
        "needs the right to create pods in namespace pepr-system",
        expect.stringContaining(` create pods in namespace ${NAMESPACE}`),
      ]);
      const seen = checks.filter(({ name }) => name !== "canary" && name !== "next-pods");
      expect(seen.filter(({ level }) => level !== "pass")).toEqual([]);
      expect(await look("--strict", "--suppress", "GMSA116,GMSA118")).toMatchObject({ code: 0 });
      // A WebSocket to a Pod, for the certificate of a replica, is a GET. Since 1.35 it needs `create`, too.
      const asReader = ["-n", "pepr-system", `--as=system:serviceaccount:${NAMESPACE}:reader`];
      for (const verb of ["get", "create"])
        await bed.kubectl([
          "auth",
          "can-i",
          verb,
          "pods",
          "--subresource=portforward",
          ...asReader,
        ]);
    } finally {
      kubeconfig.remove();
    }
  });

  test("wrong usage ends with 2, an unreachable API server with 1, and neither prints a stack", async () => {
    const unknown = await doctor("--check", "everything");
    expect(unknown).toMatchObject({ code: 2, stdout: "" });
    expect(unknown.stderr).toContain("The checks are: credspec-resource, version, webhooks,");
    expect((await doctor("-o", "xml")).code).toBe(2);

    const away = await kubeconfigOfAccount(bed, ACCOUNT, "https://127.0.0.1:1");
    const result = await gmsa(["doctor", "--kubeconfig", away.file]);
    away.remove();
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("the server 127.0.0.1:1 refused the connection");
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });
});
