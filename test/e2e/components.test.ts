/** The effects of components in a cluster with a running controller. On a cluster of their own. */
import { AdmissionregistrationV1Api, CoreV1Api } from "@kubernetes/client-node";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { namespaceExcluded } from "../../rules/admission/excluded-namespaces";
import { sentence } from "../../rules/problem";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import type { Controllers } from "../../testbed/controller/controller";
import type { CompletePod } from "../../testbed/objects/pods";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { render, Rendering } from "../../testbed/manifests/rendering";
import { describeOnOwnBed } from "../setup/own-bed";
import { onlyReplica } from "../support/webhook-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects, REFUSED_BY_WEBHOOK } from "../../testbed/objects/cluster-objects";
import type { Outcome } from "../../testbed/objects/cluster-objects";
import { containerOf, podOf } from "../../testbed/objects/pods";

const NAMESPACE = "gmsa-components";
const DISABLED = "gmsa-disabled";
const CONTENTS = validContents();

describeOnOwnBed("with the components", () => {
  let bed: Bed;
  let dir: string;
  let objects: Objects;
  let controllers: Controllers;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "gmsa-components-"));
    const file = join(dir, "gmsa.yaml");
    writeFileSync(file, await render(["namespace-opt-out", "one-replica"]));
    bed = await startBed({ install: file });
    if (bed.controllers === undefined) throw new Error("a bed of our own has controllers");
    ({ controllers } = bed);
    objects = new Objects(bed.kubeConfig);
    await objects.createCredspec("webapp1", validCredspec());
    await objects.createUseRole("use-webapp1", ["webapp1"]);
    await objects.bindInCluster("use-webapp1", { kind: "Group", name: "system:serviceaccounts" });
    await Promise.all([NAMESPACE, DISABLED].map(name => bed.createNamespace(name)));
    await eventually(
      () => create(NAMESPACE),
      ({ admitted }) => admitted,
    );
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function gmsaPod(namespace: string, name = "gmsa"): CompletePod {
    return podOf(namespace, name, { credspec: "webapp1" });
  }

  /** Tries to create a GMSA Pod that may use its credential spec, as a dry run. */
  function create(namespace: string): Promise<Outcome> {
    return objects.createPod(gmsaPod(namespace), { dryRun: true });
  }

  async function label(namespace: string, value: "true" | "false"): Promise<void> {
    const pair = `windows.k8s.io/disabled=${value}`;
    await bed.kubectl(["label", "namespace", namespace, pair, "--overwrite"]);
  }

  test("one-replica: the Deployment asks for one, and one serves", () => {
    expect(controllers.replicas).toHaveLength(1);
  });

  describe("namespace-opt-out", () => {
    const excluded = (pod: CompletePod): string => sentence(namespaceExcluded(DISABLED, pod));

    beforeAll(async () => {
      await eventually(
        () => objects.createPod(gmsaPod(DISABLED, "before")),
        ({ admitted }) => admitted,
      );
      await label(DISABLED, "true");
      await eventually(
        () => create(DISABLED),
        ({ admitted }) => !admitted,
      );
    });

    const withContents = podOf(DISABLED, "contents");
    Object.assign(withContents.spec, {
      securityContext: { windowsOptions: { gmsaCredentialSpec: CONTENTS } },
    });

    test.each([
      ["names a credential spec", gmsaPod(DISABLED)],
      ["holds contents", withContents],
      [
        "has a container that names one",
        podOf(DISABLED, "container", { containerCredspecs: ["webapp1"] }),
      ],
    ])("in a disabled namespace a Pod that %s is refused by the policy", async (_what, pod) => {
      expect(await objects.createPod(pod, { dryRun: true })).toMatchObject({
        admitted: false,
        message: expect.stringContaining(excluded(pod)) as string,
      });
    });

    test("a plain Pod is created there, and gets no ephemeral container with GMSA", async () => {
      const pod = podOf(DISABLED, "plain");
      expect(await objects.createPod(pod)).toMatchObject({ admitted: true });
      const debug = {
        ...pod,
        spec: { ephemeralContainers: [containerOf("debug", "webapp1")] },
      };
      expect(await objects.addEphemeralContainers(debug)).toMatchObject({
        admitted: false,
        message: expect.stringContaining(excluded(debug)) as string,
      });
      await objects.deletePod(pod.metadata);
    });

    test("a GMSA Pod that is older than the label can be labelled and deleted", async () => {
      const { metadata } = gmsaPod(DISABLED, "before");
      const labelled = await objects.updatePod(metadata, pod => {
        Object.assign(pod.metadata ?? {}, { labels: { a: "b" } });
      });
      expect(labelled).toMatchObject({ admitted: true });
      await objects.deletePod(metadata);
    });

    test("no request there waits for the webhook: without a replica the results are the same", async () => {
      await controllers.scale(0);
      try {
        expect(await create(DISABLED)).toMatchObject({
          admitted: false,
          message: expect.stringContaining(excluded(gmsaPod(DISABLED))) as string,
        });
        expect(await objects.createPod(podOf(DISABLED, "plain"), { dryRun: true })).toMatchObject({
          admitted: true,
        });
        expect(await create(NAMESPACE)).toMatchObject({
          admitted: false,
          message: expect.stringContaining('failed calling webhook "pepr-gmsa.pepr.dev"') as string,
        });
      } finally {
        await controllers.scale(1);
      }
      await eventually(
        () => create(NAMESPACE),
        ({ admitted }) => admitted,
      );
    }, 60_000);

    test("a label that is set after the policy has run does not bypass the webhook", async () => {
      const api = bed.kubeConfig.makeApiClient(AdmissionregistrationV1Api);
      const name = "gmsa-disabled-namespaces";
      const { metadata, spec } = await api.readValidatingAdmissionPolicyBinding({ name });
      // Without the binding, the policy does not apply, as if it had not seen the label.
      await api.deleteValidatingAdmissionPolicyBinding({ name });
      try {
        const outcome = await eventually(
          () => objects.createPod(withContents, { dryRun: true }),
          ({ admitted, ...rest }) =>
            admitted || !JSON.stringify(rest).includes("ValidatingAdmissionPolicy"),
        );
        expect(outcome).toMatchObject({
          admitted: false,
          message: expect.stringContaining(REFUSED_BY_WEBHOOK) as string,
        });
      } finally {
        const { labels } = metadata ?? {};
        await api.createValidatingAdmissionPolicyBinding({
          body: { metadata: { name, labels }, spec },
        });
      }
    });

    test("another value of the label, and other namespaces, change nothing", async () => {
      expect(await create(NAMESPACE)).toMatchObject({ admitted: true });
      await label(DISABLED, "false");
      const outcome = await eventually(
        () => create(DISABLED),
        ({ admitted }) => admitted,
      );
      expect(outcome).toMatchObject({
        pod: { spec: { securityContext: { windowsOptions: { gmsaCredentialSpec: CONTENTS } } } },
      });
    });
  });

  describe("viewer-role", () => {
    const users = ["view", "edit", "admin"];

    beforeAll(async () => {
      for (const role of users) {
        await objects.bindInCluster(role, { kind: "User", name: `cluster-${role}` });
      }
      await objects.bindInNamespace(NAMESPACE, "view", { kind: "User", name: "namespace-view" });
    });

    async function can(user: string, verb: string): Promise<string> {
      const resource = "gmsacredentialspecs.windows.k8s.io";
      const { stdout } = await bed.kubectl(
        ["auth", "can-i", verb, resource, `--as=cluster-${user}`],
        { allowFailure: true },
      );
      return stdout.trim();
    }

    test("without it, viewers of the cluster may not read credential specs; with it, they may", async () => {
      for (const user of users) expect(`${user}: ${await can(user, "list")}`).toBe(`${user}: no`);
      const rendering = new Rendering(await render(["viewer-role"]));
      const role = rendering.get("ClusterRole", "gmsacredentialspecs-viewer");
      await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(role) });
      // The controller manager aggregates roles.
      if (!bed.hasControllerManager) return;
      for (const user of users) {
        await eventually(
          () => can(user, "list"),
          answer => answer === "yes",
        );
        for (const verb of ["get", "watch"]) expect(await can(user, verb)).toBe("yes");
        for (const verb of ["use", "create", "update", "patch", "delete"]) {
          expect(`${user} ${verb}: ${await can(user, verb)}`).toBe(`${user} ${verb}: no`);
        }
      }
      const { stdout } = await bed.kubectl(["get", "gmsa", "-o", "name", "--as=cluster-view"]);
      expect(stdout).toContain("gmsacredentialspec.windows.k8s.io/webapp1");
    }, 60_000);

    test("a RoleBinding to view does not give it: credential specs are in no namespace", async () => {
      const { code, stderr } = await bed.kubectl(["get", "gmsa", "--as=namespace-view"], {
        allowFailure: true,
      });
      expect(code).not.toBe(0);
      expect(stderr).toContain("at the cluster scope");
    });
  });

  describe("monitoring", () => {
    /** The metrics with this prefix in the alerts' expressions. */
    async function metricsInAlerts(prefix: string): Promise<string[]> {
      const rule = new Rendering(await render(["monitoring"])).get("PrometheusRule", "pepr-gmsa");
      const names = JSON.stringify(rule).match(new RegExp(`\\b${prefix}[a-z_]+(?=\\{)`, "g")) ?? [];
      return [...new Set(names)];
    }

    test("a replica shows the certificate that the ServiceMonitor expects, and these metrics", async () => {
      const { address } = onlyReplica(bed);
      const core = bed.kubeConfig.makeApiClient(CoreV1Api);
      const secret = { namespace: "pepr-system", name: "pepr-gmsa-tls" };
      const { data } = await core.readNamespacedSecret(secret);
      const ca = Buffer.from(data?.["ca.crt"] ?? "", "base64").toString();
      const body = await read({ ...address, path: "/metrics", ca });
      const all = await metricsInAlerts("pepr_");
      const ofCanary = all.filter(name => name.startsWith("pepr_gmsa_canary_"));
      // Metrics of the canary itself, which test/unit/canary/rounds.test.ts checks.
      expect(ofCanary).toEqual([
        "pepr_gmsa_canary_refusals_total",
        "pepr_gmsa_canary_state",
        "pepr_gmsa_canary_last_round_timestamp_seconds",
      ]);
      const names = all.filter(name => !ofCanary.includes(name));
      expect(names).toEqual([
        "pepr_gmsa_certificate_expiry_timestamp_seconds",
        "pepr_errors",
        "pepr_alerts",
        "pepr_gmsa_admissions_total",
        "pepr_gmsa_api_calls_total",
        "pepr_gmsa_admission_duration_seconds_bucket",
      ]);
      for (const name of names) expect(body).toMatch(new RegExp(`^${name}(\\{.*\\})? \\d`, "m"));
    });

    test("the API server counts calls that fail as the alert expects", async () => {
      const [name = ""] = await metricsInAlerts("apiserver_");
      await controllers.scale(0);
      try {
        expect(await create(NAMESPACE)).toMatchObject({ admitted: false });
        const { stdout } = await bed.kubectl(["get", "--raw", "/metrics"]);
        const found = stdout.split("\n").filter(line => line.startsWith(`${name}{`));
        expect(found.join("\n")).toMatch(
          /error_type="calling_webhook_error",name="pepr-gmsa\.pepr\.dev"/,
        );
      } finally {
        await controllers.scale(1);
      }
    }, 60_000);

    function read(options: {
      host: string;
      port: number;
      path: string;
      ca: string;
    }): Promise<string> {
      return new Promise((resolve, reject) => {
        const all = { ...options, servername: "pepr-gmsa.pepr-system.svc", agent: false };
        get(all, response => {
          let body = "";
          response.setEncoding("utf8").on("data", (part: string) => (body += part));
          response.on("end", () => {
            resolve(body);
          });
        }).on("error", reject);
      });
    }
  });
});
