/**
 * The canary of `gmsa doctor`: its report while the webhook cannot be called. On a cluster of its
 * own.
 */
import { collectorsFor, type ReadOptions } from "../../cli/inspect/collectors";
import type { CanaryState } from "../../cli/inspect/state";
import type { Effect } from "../../cli/diagnosis/report/check";
import type { Report } from "../../cli/diagnosis/report/examine";
import type { Verdict } from "../../rules/canary/probe-answer";
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
import { CANARY_BREAKAGES, type CanaryBreakage } from "./canary-breakages";

const NAMESPACE = "gmsa-canary-shop";
const NOT_AUTHORIZED: Partial<Verdict> = {
  ...{ outcome: "refused", reason: "webhook", denials: ["not authorized"] },
};
const PASSES = /^✔ +canary +a Pod with GMSA contents but no name is refused by the webhook/;

function hasReason(found: Verdict, due: Partial<Verdict>): boolean {
  return found.outcome === due.outcome && found.reason === due.reason;
}

/** What failed in a report of one check. */
function failuresIn(json: string): { effects: (Effect | undefined)[]; text: string } {
  const [check] = (JSON.parse(json) as Report).checks;
  const failed = check?.observed.filter(({ level }) => level === "fail") ?? [];
  return {
    effects: failed.map(({ effect }) => effect),
    text: failed.map(({ message, remedy = "" }) => `${message}\n${remedy}`).join("\n"),
  };
}

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

  /** The verdicts of the same Pods as those of doctor. */
  async function tried(options: Partial<ReadOptions> = {}): Promise<CanaryState> {
    const found = await collectorsFor(bed.kubeConfig, { now: new Date(), ...options }).canary();
    if (!found.known) throw new Error(found.why);
    return found.value;
  }

  /** Causes a breakage, and expects canary and doctor to name it. */
  async function expectNamed(breakage: CanaryBreakage): Promise<void> {
    const { verdict, names, effect, effectOfName } = breakage;
    const restore = await breakage.break(bed, service);
    try {
      const { probes } = await eventually(
        () => tried(),
        state => state.probes.some(one => hasReason(one.verdict, verdict)),
        // The webhook's timeout is 10 s.
        30_000,
      );
      const found = probes.find(one => hasReason(one.verdict, verdict));
      expect(found?.verdict).toMatchObject(verdict);

      const { code, stdout } = await doctor("-o", "json");
      expect(code).toBe(1);
      const { effects, text } = failuresIn(stdout);
      expect(new Set(effects)).toEqual(new Set([effect, effectOfName ?? effect]));
      for (const name of names) expect(text).toContain(name);
      expect(text).not.toMatch(/\/validate\/[0-9a-f]{64}/);
    } finally {
      await restore();
    }
  }

  const breakagesOf = (replicas: CanaryBreakage["replicas"]): CanaryBreakage[] =>
    CANARY_BREAKAGES.filter(each => each.replicas === replicas);

  test.each(breakagesOf("serving"))(
    "$what",
    async breakage => {
      await expectNamed(breakage);
      expect(await eventually(doctor, ({ stdout }) => PASSES.test(stdout), 30_000)).toMatchObject({
        code: 0,
      });
    },
    120_000,
  );

  describe("while no replica runs", () => {
    beforeAll(async () => {
      if (canListen) await bed.controllers?.scale(0);
    }, 60_000);

    afterAll(async () => {
      if (canListen) await bed.controllers?.scale(2);
    }, 60_000);

    test.each(breakagesOf("away"))(
      "$what",
      async breakage => {
        if (canListen) await expectNamed(breakage);
        else console.warn(`not caused: ${breakage.what}`);
        expect(bed.controllers?.replicas).toHaveLength(canListen ? 0 : 2);
      },
      120_000,
    );
  });

  test("passes again after each breakage is undone", async () => {
    expect(await eventually(doctor, ({ stdout }) => PASSES.test(stdout), 30_000)).toMatchObject({
      code: 0,
    });
  });

  describe("with a Pod that must be admitted", () => {
    const canary = (account: string, credspec = "webapp1"): string[] => [
      ...["--canary", `${NAMESPACE}/${account}/${credspec}`],
    ];

    test("both Pods get the expected answer", async () => {
      const { code, stdout } = await doctor(...canary("web"));
      expect(code).toBe(0);
      expect(stdout).toMatch(PASSES);
      expect(stdout).toContain(
        "a Pod that names credential spec webapp1 is admitted in namespace gmsa-canary-shop",
      );
    });

    test.each<[string, string, Partial<Verdict>, number]>([
      ["no-grant", "webapp1", NOT_AUTHORIZED, 1],
      ["web", "no-such", NOT_AUTHORIZED, 1],
      ["nobody", "webapp1", { outcome: "unknown", reason: "no service account" }, 0],
    ])("as account %s with %s it reports why not", async (account, credspec, verdict, code) => {
      const probe = {
        namespace: NAMESPACE,
        expect: "admitted",
        serviceAccount: account,
        credspec,
      } as const;
      const { probes } = await tried({ canary: probe });
      expect(probes.at(-1)?.verdict).toMatchObject(verdict);
      const result = await doctor(...canary(account, credspec));
      expect(result.stdout).toContain(account === "nobody" ? account : credspec);
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

    test("an incomplete --canary is wrong usage", async () => {
      const { code, stderr } = await doctor("--canary", "shop/web");
      expect(code).toBe(2);
      expect(stderr).toContain("a namespace, a service account and a credential spec");
    });
  });

  describe("refusals that have nothing to do with GMSA are unknown, with their cause", () => {
    test.each<[string, object, Partial<Verdict>]>([
      [
        "a quota",
        {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "no-pods", namespace: NAMESPACE },
          spec: { hard: { pods: "0" } },
        },
        { outcome: "unknown", reason: "quota", who: "no-pods" },
      ],
      [
        "a limit range",
        {
          apiVersion: "v1",
          kind: "LimitRange",
          metadata: { name: "large", namespace: NAMESPACE },
          spec: { limits: [{ type: "Container", min: { cpu: "100m" } }] },
        },
        {
          ...{ outcome: "unknown", reason: "limit range" },
          why: expect.stringContaining("minimum cpu usage") as string,
        },
      ],
    ])("%s", async (_what, object, verdict) => {
      const restore = await created(bed, [object]);
      const probe = { namespace: NAMESPACE, expect: "admitted", credspec: "webapp1" } as const;
      try {
        const { probes } = await eventually(
          () => tried({ canary: { ...probe, serviceAccount: "web" } }),
          state => state.probes.some(one => hasReason(one.verdict, verdict)),
        );
        expect(probes.at(-1)?.verdict).toMatchObject(verdict);
        const { code, stdout } = await doctor("--canary", `${NAMESPACE}/web/webapp1`);
        expect(stdout).toMatch(/^\? +canary /m);
        expect(code).toBe(0);
      } finally {
        await restore();
      }
    });

    test("a missing namespace, and a user who may not create Pods, are unknown", async () => {
      const { probes } = await tried({ namespace: "nowhere" });
      expect(probes[0]?.verdict).toMatchObject({ outcome: "unknown", reason: "no namespace" });
      const nowhere = await doctor("-n", "nowhere");
      expect(nowhere.stdout).toMatch(/^\? +canary .*\bnowhere\b/);
      const user = await kubeconfigOfAccount(bed, { namespace: NAMESPACE, name: "web" });
      const { stdout } = await doctor("--kubeconfig", user.file);
      user.remove();
      expect(stdout).toMatch(/^\? +canary .*\bcreate pods\b.*\bgmsa-canary-shop\b/);
      expect(stdout).toContain("ClusterRole `edit`");
    });

    test("where the policy refuses GMSA, its refusal is expected", async () => {
      const { code, stdout } = await doctor("-n", "kube-system");
      expect(stdout).toMatch(/^✔ +canary .* is refused by the policy in namespace kube-system/);
      expect(code).toBe(0);
    });
  });

  describe("--wait", () => {
    test("ends when every check passes", async () => {
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
