/** The component canary: what it detects, and that it has no side effects. On a cluster of its own. */
import { CoreV1Api, type CoreV1Event } from "@kubernetes/client-node";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Bed } from "../../testbed/bed/bed";
import { startBed } from "../../testbed/bed/local-bed";
import { render } from "../../testbed/manifests/rendering";
import { Objects } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { podOf, restricted } from "../../testbed/objects/pods";
import { describeOnOwnBed } from "../setup/own-bed";
import { kubeconfigOfAccount } from "../support/user-of";
import { ownRules } from "./account-rules";
import { deleted } from "./broken";

/** As shipped, rounds are a minute apart. */
const ROUND_SECONDS = 3;
/** A round and time for the event, on a busy machine. */
const A_ROUND_MS = 30_000;
const ACCOUNT = { namespace: "pepr-system", name: "pepr-gmsa-canary" };

interface Phase {
  /** Type and name of the object that is deleted. */
  object: string[];
  /** Place, expectation and GMSA of the Pod that shows it, as in the metric. */
  probe: [place: string, expected: string, gmsa: string];
  outcome: string;
  reason: string;
  names: string[];
}

describeOnOwnBed("the component canary", () => {
  let bed: Bed;
  let dir: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "gmsa-canary-"));
    const file = join(dir, "gmsa.yaml");
    writeFileSync(file, withFastRounds(await render(["canary"])));
    bed = await startBed({ install: file, replicas: 1 });
    await eventually(
      () => state("ordinary", "refused"),
      found => found === "passed",
      A_ROUND_MS,
    );
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function metrics(): Promise<string> {
    const { address } = bed.controllers?.canary ?? {};
    return new Promise((resolve, reject) => {
      get({ ...address, path: "/metrics" }, response => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => (body += part));
        response.on("end", () => {
          resolve(body);
        });
      }).on("error", reject);
    });
  }

  async function state(
    place: string,
    expected: string,
    gmsa = "contents",
  ): Promise<string | undefined> {
    const text = await metrics().catch(() => "");
    const labels = `place="${place}",expected="${expected}",gmsa="${gmsa}"`;
    const series = `pepr_gmsa_canary_state{${labels},outcome="`;
    const line = text.split("\n").find(each => each.startsWith(series) && each.endsWith("} 1"));
    return line?.slice(series.length).split('"')[0];
  }

  async function lastEvent(): Promise<CoreV1Event | undefined> {
    const { items } = await bed.kubeConfig.makeApiClient(CoreV1Api).listNamespacedEvent({
      namespace: "pepr-system",
      fieldSelector: "involvedObject.name=pepr-gmsa-canary,source=pepr-gmsa-canary",
    });
    return items.sort((a, b) => timeOf(a) - timeOf(b)).at(-1);
  }

  function timeOf({ lastTimestamp }: CoreV1Event): number {
    return new Date(lastTimestamp ?? 0).getTime();
  }

  test("a healthy installation: every check passes, and an Event reports it", async () => {
    expect(await state("ordinary", "refused", "name")).toBe("passed");
    expect(await state("ordinary", "admitted", "none")).toBe("passed");
    expect(await state("excluded", "refused")).toBe("passed");
    expect(await state("excluded", "admitted", "none")).toBe("passed");
    const event = await eventually(lastEvent, found => found !== undefined);
    expect(event).toMatchObject({
      type: "Normal",
      reason: "GMSAChecked",
      involvedObject: { kind: "Deployment", name: "pepr-gmsa-canary" },
    });
  });

  const POLICY = "ValidatingAdmissionPolicy/gmsa-excluded-namespaces";

  test.each<Phase>([
    {
      object: ["validatingwebhookconfiguration", "pepr-gmsa"],
      probe: ["ordinary", "refused", "contents"],
      outcome: "unchecked",
      reason: "GMSAUnchecked",
      names: ["ValidatingWebhookConfiguration/pepr-gmsa"],
    },
    {
      object: ["clusterrolebinding", "pepr-gmsa"],
      probe: ["ordinary", "refused", "name"],
      outcome: "refused",
      reason: "GMSAPodRefused",
      names: ["ClusterRole/pepr-gmsa", "ClusterRoleBinding/pepr-gmsa"],
    },
    {
      object: ["validatingadmissionpolicy", "gmsa-excluded-namespaces"],
      probe: ["excluded", "refused", "contents"],
      outcome: "unchecked",
      reason: "GMSAUnchecked",
      names: [POLICY],
    },
    {
      object: ["validatingadmissionpolicybinding", "gmsa-excluded-namespaces"],
      probe: ["excluded", "refused", "contents"],
      outcome: "unchecked",
      reason: "GMSAUnchecked",
      names: [POLICY],
    },
  ])(
    "$object is deleted: metric and Event report it within a round, and its return too",
    async ({ object, probe, outcome, reason, names }) => {
      const restore = await deleted(bed, object);
      try {
        await eventually(
          () => state(...probe),
          found => found === outcome,
          A_ROUND_MS,
        );
        const event = await eventually(lastEvent, found => found?.reason === reason);
        expect(event).toMatchObject({ type: "Warning" });
        expect(names.filter(name => event?.message?.includes(name) !== true)).toEqual([]);
      } finally {
        await restore();
      }
      await eventually(
        () => state(...probe),
        found => found === "passed",
        A_ROUND_MS,
      );
      await eventually(lastEvent, found => found?.reason === "GMSAChecked");
    },
    120_000,
  );

  test("no Pod ever exists, and none can be created with its token", async () => {
    const core = bed.kubeConfig.makeApiClient(CoreV1Api);
    const user = await kubeconfigOfAccount(bed, ACCOUNT);
    const { loadKubeConfig } = await import("../../kube/client");
    const objects = new Objects(loadKubeConfig({ file: user.file }));
    user.remove();
    for (const namespace of ["gmsa-canary", "gmsa-canary-excluded"]) {
      expect((await core.listNamespacedPod({ namespace })).items).toEqual([]);
      const pod = restricted(podOf(namespace, "stays"));
      expect(await objects.createPod(pod, { dryRun: true })).toMatchObject({ admitted: true });
      expect(await objects.createPod(pod)).toMatchObject({
        admitted: false,
        // The API server's own words.
        message: expect.stringMatching(
          /^pods "stays" is forbidden: ValidatingAdmissionPolicy 'gmsa-canary[^']*' /,
        ) as string,
      });
    }
  });

  test("its rights are these and no others", async () => {
    for (const [namespace, rights] of [
      ["gmsa-canary", ["pods [] [] [create]"]],
      ["gmsa-canary-excluded", ["pods [] [] [create]"]],
      ["pepr-system", ["events [] [] [create]"]],
      ["default", []],
      ["kube-system", []],
    ] as const) {
      expect([namespace, await ownRules(bed, ACCOUNT, namespace)]).toEqual([namespace, rights]);
    }
  });

  test("nothing depends on it: without it, Pods are checked as ever", async () => {
    await bed.controllers?.canary?.stop();
    const pod = podOf("default", "plain");
    expect(await new Objects(bed.kubeConfig).createPod(pod, { dryRun: true })).toMatchObject({
      admitted: true,
    });
  });
});

/** Shortens the pause between rounds. */
function withFastRounds(manifests: string): string {
  const interval = `- name: CANARY_SECONDS$1  value: "${ROUND_SECONDS}"$1$&`;
  const changed = manifests.replace(/- name: CANARY_CREDSPEC(\n *)/, interval);
  if (changed === manifests) throw new Error("the canary's Deployment has no CANARY_CREDSPEC");
  return changed;
}
