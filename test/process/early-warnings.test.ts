/**
 * The built controller's warnings for credential specs and workloads, in AdmissionReviews over
 * HTTPS.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { SCANNED } from "../../kube/credspec-scan";
import type { Bed } from "../../testbed/bed/bed";
import { eventually } from "../../testbed/objects/eventually";
import { onWindows, podOf } from "../../testbed/objects/pods";
import { credspecObject } from "../../testbed/objects/credspec-object";
import { credspecOf } from "../fixtures/credspec-case";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { WORKLOAD_KINDS, workloadOf } from "../../testbed/objects/workloads";
import type { WorkloadKind } from "../../testbed/objects/workloads";
import { render } from "../../testbed/manifests/rendering";
import { describeOnOwnBed } from "../setup/own-bed";
import { WebhookClient, reviewOfWrite } from "../support/admission-review";
import type { ObjectWrite, ReviewResponse, WebhookAddress } from "../support/admission-review";
import { scrape } from "./scrape";
import { onlyReplica, startWebhookBed } from "../support/webhook-bed";

const NAMESPACE = "gmsa-writes";
const KINDS = Object.keys(WORKLOAD_KINDS) as WorkloadKind[];

describeOnOwnBed("the built controller, with component usage-count", () => {
  let bed: Bed;
  let address: WebhookAddress;
  let client: WebhookClient;
  let dir: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "gmsa-writes-"));
    const file = join(dir, "gmsa.yaml");
    writeFileSync(file, await render(["usage-count"]));
    ({ bed, address } = await startWebhookBed(file));
    client = new WebhookClient(address);
    await bed.createNamespace(NAMESPACE);
  }, 300_000);

  afterAll(async () => {
    client.close();
    await bed.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function review(
    write: ObjectWrite,
    by = client,
  ): Promise<ReviewResponse & { took: number }> {
    const start = performance.now();
    const response = await by.review("validate", reviewOfWrite(write));
    return { ...response, took: performance.now() - start };
  }

  const resource = "gmsacredentialspecs";

  describe("of a credential spec", () => {
    test("admits a good one without a warning", async () => {
      const { allowed, warnings } = await review({
        resource,
        object: credspecObject("a", validCredspec()),
      });
      expect({ allowed, warnings: warnings ?? [] }).toEqual({ allowed: true, warnings: [] });
    });

    test("refuses a broken one, and names the fields", async () => {
      const { allowed, status } = await review({
        resource,
        object: credspecObject("a", credspecOf("sid-missing")),
      });
      expect(allowed).toBe(false);
      expect(status?.message).toMatch(/\n- credspec\.DomainJoinConfig\.Sid should be /);
    });

    test("warns about fields that were broken before", async () => {
      const broken = credspecOf("sid-missing");
      const { allowed, warnings } = await review({
        resource,
        object: credspecObject("a", broken),
        oldObject: credspecObject("a", broken),
      });
      expect(allowed).toBe(true);
      expect(warnings).toEqual([expect.stringMatching(/^credspec\.DomainJoinConfig\.Sid should/)]);
    });

    test("admits contents of any other shape", async () => {
      for (const contents of [undefined, null, [], "text", 7, { DomainJoinConfig: [] }]) {
        const { allowed, status } = await review({
          resource,
          object: credspecObject("a", contents),
        });
        expect(allowed).toBe(false);
        expect(status?.message).toContain("\n- credspec");
        const deletion = await review({ resource, oldObject: credspecObject("a", contents) });
        expect(deletion.allowed).toBe(true);
      }
    });
  });

  describe.each(KINDS)("of a %s", kind => {
    const { spec } = onWindows(podOf(NAMESPACE, "web", { credspec: "absent" }));
    const workload = workloadOf(kind, { name: "web", namespace: NAMESPACE }, spec);

    test("warns the user who writes it, and admits it", async () => {
      for (const oldObject of [undefined, workload]) {
        const { allowed, warnings } = await review({
          resource: WORKLOAD_KINDS[kind],
          object: workload,
          oldObject,
        });
        expect(allowed).toBe(true);
        expect(warnings).toEqual([
          expect.stringMatching(new RegExp(`^Pods of this ${kind} would be refused: .*"absent"`)),
        ]);
      }
    });

    test("admits one without a template", async () => {
      const { apiVersion, metadata } = workload;
      const object = { apiVersion, kind, metadata, spec: {} };
      const { allowed } = await review({ resource: WORKLOAD_KINDS[kind], object });
      expect(allowed).toBe(true);
    });
  });

  describe("of a deletion", () => {
    const oldObject = credspecObject("used", validCredspec());
    const WITHOUT_COUNT =
      'Pods that name GMSA cred spec "used" are refused from now on, until it exists again; `gmsa status -A` lists their workloads.';

    async function deletion(by = client): Promise<{ warnings: string[]; took: number }> {
      const { allowed, warnings, took } = await review({ resource, oldObject }, by);
      expect(allowed).toBe(true);
      return { warnings: warnings ?? [], took };
    }

    /** Waits until a cached count has expired. */
    async function forgotten(): Promise<void> {
      await sleep(5100);
    }

    async function listsAsked(): Promise<number> {
      const line = /^pepr_gmsa_api_calls_total\{kind="list",result="listed"\} (\d+)$/m;
      return Number(line.exec(await scrape(address))?.[1]);
    }

    test("gives no warning about an unused one", async () => {
      expect(await deletion()).toMatchObject({ warnings: [] });
    });

    test("counts its users", async () => {
      const { spec } = podOf(NAMESPACE, "web", { containerCredspecs: ["used"] });
      const kinds = KINDS.filter(kind => kind !== "ReplicaSet" && kind !== "ReplicationController");
      const items = kinds.map(kind =>
        workloadOf(kind, { name: kind.toLowerCase(), namespace: NAMESPACE }, spec),
      );
      await bed.kubectl(["apply", "-f", "-"], {
        stdin: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
      });
      const { warnings } = await eventually(
        deletion,
        ({ warnings: found }) => found.length > 0,
        10_000,
      );
      expect(warnings).toEqual([
        `5 workloads in 1 namespace use GMSA cred spec "used" (${NAMESPACE}/Deployment deployment, ${NAMESPACE}/StatefulSet statefulset, ${NAMESPACE}/DaemonSet daemonset, …): running Pods keep running, new ones are refused from now on, until it exists again.`,
      ]);
    });

    test("fifty at a time take as many lists as one", async () => {
      await forgotten();
      const before = await listsAsked();
      const clients = Array.from({ length: 50 }, () => new WebhookClient(address));
      const answers = await Promise.all(clients.map(by => deletion(by)));
      clients.forEach(by => {
        by.close();
      });
      expect(answers.filter(({ warnings }) => warnings.length !== 1)).toEqual([]);
      expect((await listsAsked()) - before).toBe(SCANNED.length);
    }, 30_000);

    test("is admitted at once while etcd hangs, with the warnings that are possible", async () => {
      await forgotten();
      bed.controlPlane?.signalEtcd("SIGSTOP");
      try {
        const { warnings, took } = await deletion();
        expect(took).toBeLessThan(2200);
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toMatch(/^(Pods that name|At least|5 workloads)/);
      } finally {
        bed.controlPlane?.signalEtcd("SIGCONT");
      }
    }, 30_000);

    test("is admitted where the controller may list nothing; its log has the reason", async () => {
      const binding = ["clusterrolebinding", "pepr-gmsa-usage-count"];
      // Lines that were logged while etcd hung give another reason in the same sentence.
      const before = onlyReplica(bed).logs().length;
      await bed.kubectl(["delete", ...binding]);
      await forgotten();
      // The API server's authorizer sees the change a moment later. A list that takes too long
      // leads to the same warning, which is then cached, so only the log distinguishes the two.
      const { warnings } = await eventually(
        async () => ({ ...(await deletion()), log: onlyReplica(bed).logs().slice(before) }),
        ({ log }) =>
          log.includes('"why":"deployments could not be listed: the API server answered 403: '),
        20_000,
      );
      expect(warnings).toEqual([WITHOUT_COUNT]);
    }, 40_000);
  });
});
