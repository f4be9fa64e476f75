/**
 * The canary of `gmsa doctor`: its report while the webhook cannot be called. On a cluster of its
 * own.
 */
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { Objects } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { reportEndpoints, reportReady } from "../../testbed/objects/report-ready";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { canBindPrivilegedPort, type Address } from "../../testbed/process/ports";
import { describeOnOwnBed } from "../setup/own-bed";
import { gmsa, type GmsaResult } from "../support/gmsa-program";
import { kubeconfigOfAccount } from "../support/user-of";
import { created, deleted } from "./broken";
import { CANARY_BREAKAGES } from "./canary-breakages";

const NAMESPACE = "gmsa-canary-shop";
const PASSES = /^✔ +canary +a Pod with GMSA contents but no name is refused by the webhook/;

describeOnOwnBed("the canary of gmsa doctor", () => {
  let bed: Bed;
  let objects: Objects;
  let service: Address;
  let canListen: boolean;

  beforeAll(async () => {
    canListen = await canBindPrivilegedPort();
    bed = await startBed({ install: MANIFEST, replicas: 2 });
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("webapp1", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "gmsa-canary-shop",
      credspecs: ["webapp1"],
    });
    await objects.createServiceAccount(NAMESPACE, "no-grant");
    await eventually(doctor, ({ stdout }) => PASSES.test(stdout), 30_000);
    // The certificate controller would repair these breakages within seconds.
    await bed.controllers?.keeper?.stop();
    await reportReady(bed);
    await reportEndpoints(bed);
    service = { host: bed.controllers?.clusterIP ?? "", port: 443 };
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  function doctor(...args: string[]): Promise<GmsaResult> {
    return gmsa(["doctor", "--check", "canary", ...args], {
      env: { KUBECONFIG: bed.kubeconfigPath },
    });
  }

  test.each(CANARY_BREAKAGES)(
    "$what",
    async ({ what, replicas, break: breakIt, says, remedy }) => {
      if (replicas === "away" && !canListen) {
        console.warn(`not caused: ${what}`);
        return;
      }
      if (replicas === "away") await bed.controllers?.scale(0);
      const restore = await breakIt(bed, service);
      try {
        const result = await eventually(
          doctor,
          ({ stdout }) => says.test(stdout),
          // The webhook's timeout is 10 s.
          30_000,
        );
        expect(result).toMatchObject({ code: 1, stderr: "" });
        expect(result.stdout).toMatch(/^✘ +canary +/);
        expect(result.stdout).toContain(`→ `);
        expect(result.stdout).toContain(remedy);
        expect(result.stdout).not.toMatch(/\/validate\/[0-9a-f]{64}/);
      } finally {
        await restore();
        if (replicas === "away") await bed.controllers?.scale(2);
      }
      await eventually(doctor, ({ stdout }) => PASSES.test(stdout), 30_000);
    },
    120_000,
  );

  describe("with a Pod that must be admitted", () => {
    const canary = (account: string, credspec = "webapp1"): string[] => [
      ...["--canary", `${NAMESPACE}/${account}/${credspec}`],
    ];

    test("both are as they must be", async () => {
      const { code, stdout } = await doctor(...canary("web"));
      expect(code).toBe(0);
      expect(stdout).toMatch(PASSES);
      expect(stdout).toContain(
        "a Pod that names credential spec webapp1 is admitted in namespace gmsa-canary-shop",
      );
    });

    test.each([
      ["no-grant", "webapp1", 'is not authorized to `use` GMSA cred spec "webapp1"', 1],
      ["web", "no-such", "is not authorized to `use`", 1],
      ["nobody", "webapp1", "service account gmsa-canary-shop/nobody does not exist", 0],
    ])("as account %s with %s it says why not", async (account, credspec, message, code) => {
      const result = await doctor(...canary(account, credspec));
      expect(result.stdout).toContain(message);
      expect(result.code).toBe(code);
    });

    test("both configurations are deleted: it is admitted without contents", async () => {
      const restores = [
        await deleted(bed, ["mutatingwebhookconfiguration", "pepr-gmsa"]),
        await deleted(bed, ["validatingwebhookconfiguration", "pepr-gmsa"]),
      ];
      const { stdout } = await eventually(
        () => doctor(...canary("web")),
        result => result.stdout.includes("without contents"),
      );
      for (const restore of restores) await restore();
      expect(stdout).toMatch(/webapp1 was admitted without contents in namespace gmsa-canary-shop/);
      await eventually(
        () => doctor(...canary("web")),
        ({ code }) => code === 0,
      );
    });

    test("what is not a Pod to try is wrong usage", async () => {
      const { code, stderr } = await doctor("--canary", "shop/web");
      expect(code).toBe(2);
      expect(stderr).toContain("a namespace, a service account and a credential spec");
    });
  });

  describe("what says nothing about GMSA is unknown, with its name", () => {
    test.each<[string, object, RegExp]>([
      [
        "a quota",
        {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "no-pods", namespace: NAMESPACE },
          spec: { hard: { pods: "0" } },
        },
        /a ResourceQuota of namespace gmsa-canary-shop refused the Pod \(no-pods\)/,
      ],
      [
        "a limit range",
        {
          apiVersion: "v1",
          kind: "LimitRange",
          metadata: { name: "large", namespace: NAMESPACE },
          spec: { limits: [{ type: "Container", min: { cpu: "100m" } }] },
        },
        /a LimitRange of namespace gmsa-canary-shop refused the Pod: .*minimum cpu usage/,
      ],
    ])("%s", async (_what, object, says) => {
      const restore = await created(bed, [object]);
      try {
        const { stdout } = await eventually(
          () => doctor("--canary", `${NAMESPACE}/web/webapp1`),
          result => says.test(result.stdout),
        );
        expect(stdout).toMatch(/\? +canary +unknown whether GMSA is checked/);
      } finally {
        await restore();
      }
    });

    test("no such namespace, and a user who may not create Pods", async () => {
      const nowhere = await doctor("-n", "nowhere");
      expect(nowhere.stdout).toMatch(
        /^\? +canary +unknown whether GMSA is checked: namespace nowhere does not exist/,
      );
      const user = await kubeconfigOfAccount(bed, { namespace: NAMESPACE, name: "web" });
      const { stdout } = await doctor("--kubeconfig", user.file);
      user.remove();
      expect(stdout).toMatch(/needs the right to create pods in namespace gmsa-canary-shop/);
      expect(stdout).toContain("The ClusterRole `edit` has it");
    });

    test("where the policy refuses GMSA, that is as it must be", async () => {
      const { code, stdout } = await doctor("-n", "kube-system");
      expect(stdout).toMatch(/^✔ +canary .* is refused by the policy in namespace kube-system/);
      expect(code).toBe(0);
    });
  });

  describe("--wait", () => {
    test("ends when all is well", async () => {
      await bed.controllers?.scale(0);
      const waiting = doctor("--wait", "1m");
      await bed.controllers?.scale(2);
      const { code, stdout } = await waiting;
      expect(stdout).toMatch(PASSES);
      expect(code).toBe(0);
    }, 90_000);

    test("ends with the last state when the time is over", async () => {
      await bed.controllers?.scale(0);
      const start = Date.now();
      const { code, stdout } = await doctor("--wait", "4s");
      await bed.controllers?.scale(2);
      expect(stdout).toContain("connection refused");
      expect(code).toBe(1);
      expect(Date.now() - start).toBeGreaterThanOrEqual(4000);
    }, 90_000);
  });
});
