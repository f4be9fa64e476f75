/** The built controller over HTTPS, with AdmissionReviews as the API server sends them. */
import type { Operation } from "fast-json-patch";
import { applyPatch } from "fast-json-patch";
import { setTimeout as sleep } from "node:timers/promises";

import { describePlace, gmsaPlacesOf } from "../../rules/pod/windows-options";
import type { PodLike } from "../../rules/pod/windows-options";
import type { Bed } from "../../testbed/bed/bed";
import { installFixtureCluster } from "../support/fixture-objects";
import { Objects } from "../../testbed/objects/cluster-objects";
import { onWindows, podOf } from "../../testbed/objects/pods";
import { workloadOf } from "../../testbed/objects/workloads";
import { admissionCases } from "../fixtures/admission-case";
import type { AdmissionCase } from "../fixtures/admission-case";
import type { CompletePod } from "../../testbed/objects/pods";
import { WebhookClient, reviewOf, reviewOfWrite } from "../support/admission-review";
import type { WebhookAddress } from "../support/admission-review";
import { onlyReplica, startWebhookBed } from "../support/webhook-bed";
import { describeOnOwnBed } from "../setup/own-bed";
import { cause, NAME } from "../support/refusals";

const NAMESPACE = "gmsa-process";
// A real API server cannot be made to fail: those cases run only against the rules.
const cases = admissionCases(NAMESPACE).filter(({ failing }) => Object.keys(failing).length === 0);

let bed: Bed;
let address: WebhookAddress;
let client: WebhookClient;

beforeAll(async () => {
  ({ bed, address } = await startWebhookBed());
  client = new WebhookClient(address);
  await bed.createNamespace(NAMESPACE);
  await installFixtureCluster(new Objects(bed.kubeConfig), NAMESPACE);
}, 300_000);

afterAll(async () => {
  client.close();
  await bed.stop();
});

/** Sends the Pod through Mutate and Validate, as the API server would. */
async function admit({
  pod,
  oldPod,
  mutated,
}: Pick<AdmissionCase, "pod" | "oldPod" | "mutated">): Promise<{
  pod: CompletePod;
  message: string;
  warnings: string[];
}> {
  const patched = mutated ? await mutate({ pod, oldPod }) : pod;
  const review = reviewOf({ pod: patched, oldPod });
  const { allowed, status, warnings = [] } = await client.review("validate", review);
  return { pod: patched, message: allowed ? "" : (status?.message ?? ""), warnings };
}

async function mutate({
  pod,
  oldPod,
}: Pick<AdmissionCase, "pod" | "oldPod">): Promise<CompletePod> {
  const review = reviewOf({ pod, oldPod });
  const { uid, allowed, patch, warnings } = await client.review("mutate", review);
  // Only Validate adds warnings; otherwise each would appear twice.
  expect({ uid, allowed, warnings }).toEqual({ uid: review.request.uid, allowed: true });
  if (patch === undefined) {
    return pod;
  }
  const operations = JSON.parse(Buffer.from(patch, "base64").toString()) as Operation[];
  return applyPatch(structuredClone(pod), operations, true).newDocument;
}

function contentsOf(pod: PodLike): Record<string, string> {
  return Object.fromEntries(
    gmsaPlacesOf(pod)
      .filter(({ contents }) => contents !== "")
      .map(place => [place.kind === "pod" ? "pod" : describePlace(place), place.contents]),
  );
}

describeOnOwnBed("whoever knows the path of the webhooks", () => {
  test("gets contents for accounts that may use a credential spec, and for no others", async () => {
    const asking = (serviceAccount: string): CompletePod =>
      podOf(NAMESPACE, "p", { serviceAccount, credspec: "webapp1" });
    expect(contentsOf(await mutate({ pod: asking("web") }))).toHaveProperty("pod");
    expect(contentsOf(await mutate({ pod: asking("other") }))).toEqual({});
  });

  test("gets the same answer whether the credential spec exists or not", async () => {
    const answers = await Promise.all(
      ["webapp1", "never"].map(async credspec => {
        const pod = podOf(NAMESPACE, "p", { serviceAccount: "other", credspec });
        const mutation = await client.review("mutate", reviewOf({ pod }));
        const { allowed, status } = await client.review("validate", reviewOf({ pod }));
        const said = JSON.parse(
          JSON.stringify(status).replaceAll(credspec, "NAME"),
        ) as typeof status;
        return { allowed, status: said, patch: mutation.patch };
      }),
    );
    expect(answers[0]).toMatchObject({
      allowed: false,
      status: { details: { causes: [cause("NotAuthorized", `spec.${NAME}`, "other", "NAME")] } },
    });
    expect(answers[1]).toEqual(answers[0]);
  });

  test("gets the same warning of a workload whether the credential spec exists or not", async () => {
    const warned = async (serviceAccount: string, credspec: string): Promise<string> => {
      const { spec } = onWindows(podOf(NAMESPACE, "p", { serviceAccount, credspec }));
      const object = workloadOf("Deployment", { name: "d", namespace: NAMESPACE }, spec);
      const review = reviewOfWrite({ resource: "deployments", object });
      const { warnings = [] } = await client.review("validate", review);
      return warnings.join("\n").replaceAll(credspec, "NAME");
    };
    const existing = await warned("other", "webapp1");
    expect(existing).toContain("would be refused");
    expect(await warned("other", "never")).toBe(existing);
    // An account that may use both learns which one exists.
    expect(await warned("web", "webapp1")).toBe("");
    expect(await warned("web", "absent")).toContain("NAME");
  });

  test("gets a patch of contents only", async () => {
    const pod = podOf(NAMESPACE, "p", { serviceAccount: "web", credspec: "webapp1" });
    Object.assign(pod.metadata, {
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-5d9", uid: "1", controller: true },
      ],
    });
    const { patch } = await client.review("mutate", reviewOf({ pod }));
    const operations = JSON.parse(Buffer.from(patch ?? "", "base64").toString()) as Operation[];
    expect(operations.map(({ op, path }) => `${op} ${path}`)).toEqual([
      "add /spec/securityContext/windowsOptions/gmsaCredentialSpec",
    ]);
  });
});

describeOnOwnBed("the built controller, case by case", () => {
  test("there are cases", () => {
    expect(cases.length).toBeGreaterThan(100);
  });

  test.each(cases)("$title", async fixture => {
    const { pod, oldPod, mutated, contents, denials } = fixture;
    const { pod: admitted, message, warnings } = await admit({ pod, oldPod, mutated });

    expect(message).toBe(denials.join(" "));
    expect(denials.length === 0 ? contentsOf(admitted) : contents).toEqual(contents);
    expect(admitted.metadata).toEqual(pod.metadata);
    expect(warnings).toEqual(denials.length === 0 ? fixture.warnings : []);
  });
});

describeOnOwnBed("the built controller as a server", () => {
  const gmsaPod = podOf(NAMESPACE, "server", { serviceAccount: "web", credspec: "webapp1" });

  test("does not answer callers who do not know its path", async () => {
    const { apiPath } = address;
    const guesses = [
      ...["guess", "", "undefined", "null", "*", "..", apiPath.slice(0, -1), `${apiPath}0`],
      ...[apiPath.toUpperCase(), `${apiPath}/`, `x/${apiPath}`, `${apiPath}%00`, `${apiPath};a`],
      ...[`%${apiPath.charCodeAt(0).toString(16)}${apiPath.slice(1)}`, `${apiPath},${apiPath}`],
    ];
    const review = JSON.stringify(reviewOf({ pod: gmsaPod }));
    for (const webhook of ["mutate", "validate", "Mutate", "admit", ""]) {
      const isOurs = ["mutate", "validate"].includes(webhook);
      for (const path of isOurs ? guesses : [...guesses, apiPath]) {
        const { status, body } = await client.post(`/${webhook}/${path}`, review);
        expect([path, [401, 404]]).toEqual([path, expect.arrayContaining([status])]);
        expect(body).not.toMatch(/webapp1|"allowed"|uid/);
      }
    }
    // The path itself is answered.
    expect(await client.post(`/validate/${apiPath}`, review)).toMatchObject({ status: 200 });
  });

  test("a dry run is answered like any other", async () => {
    const { allowed, patch } = await client.review(
      "mutate",
      reviewOf({ pod: gmsaPod }, { dryRun: true }),
    );
    expect(allowed).toBe(true);
    expect(patch).toBeDefined();
  });

  test("keeps an idle connection open for longer than Node's five seconds, and announces it", async () => {
    const path = `/validate/${address.apiPath}`;
    const first = await client.post(path, JSON.stringify(reviewOf({ pod: gmsaPod })));
    await sleep(7000);
    const second = await client.post(path, JSON.stringify(reviewOf({ pod: gmsaPod })));

    expect(first.headers["keep-alive"]).toBe("timeout=120");
    expect(second.localPort).toBe(first.localPort);
  }, 20_000);

  test("a request that is not JSON is answered, and the next one as well", async () => {
    const { status } = await client.post(`/validate/${address.apiPath}`, "{not json");
    expect(status).toBe(400);
    const { allowed } = await client.review("mutate", reviewOf({ pod: gmsaPod }));
    expect(allowed).toBe(true);
  });

  test("serves its health and metrics", async () => {
    const replica = onlyReplica(bed);
    await replica.ready();
    expect(replica.isReady).toBe(true);
    expect(replica.restarts).toBe(0);
  });
});
