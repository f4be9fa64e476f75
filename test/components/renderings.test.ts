/**
 * Each component on a real API server: it applies, a second apply changes nothing, and Pods are
 * admitted. On a cluster that admits Pods of system priority classes only in namespaces with a
 * quota for them, as GKE does.
 */
import type { V1CustomResourceDefinition, V1PodSpec } from "@kubernetes/client-node";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import type { KubectlResult } from "../../testbed/control-plane/kubectl";
import { hasGo, readComponentCrds } from "../../testbed/programs/component-crds";
import { combinations, writeOverlay } from "../../testbed/manifests/overlay";
import { render, Rendering } from "../../testbed/manifests/rendering";
import { describeOnOwnBed } from "../setup/own-bed";
import { changed } from "../support/applied";
import { eventually } from "../../testbed/objects/eventually";

const SCOPE = { scopeName: "PriorityClass", operator: "In", values: ["system-cluster-critical"] };
const ADMISSION = {
  apiVersion: "apiserver.config.k8s.io/v1",
  kind: "AdmissionConfiguration",
  plugins: [
    {
      name: "ResourceQuota",
      configuration: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "ResourceQuotaConfiguration",
        limitedResources: [{ resource: "pods", matchScopes: [SCOPE] }],
      },
    },
  ],
};

/** A component with third-party objects needs their CRDs, which need Go. */
function canApply(chosen: readonly string[]): boolean {
  return hasGo || !["cert-manager", "monitoring"].some(name => chosen.includes(name));
}

const renderings = combinations.filter(({ with: chosen }) => canApply(chosen));

describeOnOwnBed("each rendering", () => {
  let bed: Bed;
  let dir: string;
  let podSpec: V1PodSpec;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "gmsa-renderings-"));
    const file = join(dir, "admission.yaml");
    writeFileSync(file, stringify(ADMISSION));
    bed = await startBed({ apiServerFlags: [`--admission-control-config-file=${file}`] });
    for (const crd of hasGo ? await readComponentCrds() : []) await makeCrd(crd);
    const rendering = new Rendering(await render([]));
    const { spec } = rendering.get("Deployment", "pepr-gmsa").spec?.template ?? {};
    if (spec === undefined) throw new Error("the Deployment has no Pod");
    podSpec = spec;
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function makeCrd(crd: V1CustomResourceDefinition): Promise<void> {
    const { stdout } = await bed.kubectl(["create", "-f", "-", "-o", "name"], {
      stdin: JSON.stringify(crd),
    });
    const wait = ["wait", "--for=condition=Established", stdout.trim()];
    // kubectl fails on an object that has no conditions yet.
    await eventually(
      () => bed.kubectl(wait, { allowFailure: true }),
      ({ code }) => code === 0,
    );
  }

  /** Increases with each change of the spec. */
  async function generationOfBudget(): Promise<string> {
    const { stdout } = await bed.kubectl([
      ...["get", "poddisruptionbudget", "-n", "pepr-system", "pepr-gmsa"],
      ...["-o", "jsonpath={.metadata.generation}"],
    ]);
    return stdout;
  }

  /** Creates the webhook's Pod with these changes, as a dry run: alone or through a Deployment. */
  function tryPod(
    kind: "Deployment" | "Pod",
    namespace: string,
    container: object = {},
  ): Promise<KubectlResult> {
    const spec = structuredClone(podSpec);
    // The webhook's own account does not exist in every namespace.
    spec.serviceAccountName = "default";
    for (const found of spec.containers) Object.assign(found, container);
    const metadata = { name: "tried", namespace, labels: { tried: "yes" } };
    const body =
      kind === "Pod"
        ? { apiVersion: "v1", kind, metadata, spec }
        : {
            apiVersion: "apps/v1",
            kind,
            metadata,
            spec: {
              selector: { matchLabels: metadata.labels },
              template: { metadata: { labels: metadata.labels }, spec },
            },
          };
    return bed.kubectl(["create", "--dry-run=server", "-f", "-"], {
      stdin: JSON.stringify(body),
      allowFailure: true,
    });
  }

  test.each(renderings)(
    "$title applies without a warning; then there is nothing to apply and no difference",
    async ({ with: chosen }) => {
      const overlay = writeOverlay(chosen);
      try {
        const first = await bed.kubectl(["apply", "-k", overlay.dir]);
        expect(first.stderr).toBe("");
        const budget = await generationOfBudget();
        const second = await bed.kubectl(["apply", "-k", overlay.dir]);
        expect(second.stderr).toBe("");
        expect(second.stdout).toContain("deployment.apps/pepr-gmsa unchanged");
        expect(changed(second.stdout)).toEqual([]);
        expect(await generationOfBudget()).toBe(budget);
        const difference = await bed.kubectl(["diff", "-k", overlay.dir], { allowFailure: true });
        expect(difference).toEqual({ code: 0, stdout: "", stderr: "" });
      } finally {
        overlay.remove();
      }
    },
    120_000,
  );

  test("the Deployment's Pods get in: Pod security and quota let them", async () => {
    await eventually(
      async () => {
        const { stdout } = await bed.kubectl([
          ...["get", "pods", "-n", "pepr-system", "-l", "app=pepr-gmsa", "-o", "name"],
        ]);
        return stdout.trim().split("\n").filter(Boolean).length;
      },
      // Only one if the last applied rendering is the one with all components.
      count => count >= 1,
    );
    const { stderr, code } = await tryPod("Pod", "pepr-system");
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  });

  test("such a Pod is not admitted to a namespace without that quota", async () => {
    await bed.createNamespace("no-quota");
    const { stderr } = await tryPod("Pod", "no-quota");
    expect(stderr).toContain("insufficient quota to match these scopes");
  });

  test.each([
    ["root", { securityContext: { runAsUser: 0 } }],
    ["privileges", { securityContext: { privileged: true, allowPrivilegeEscalation: true } }],
    ["capabilities", { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } }],
  ])("a Pod with %s is refused, and a Deployment of such warned of", async (_what, container) => {
    const pod = await tryPod("Pod", "pepr-system", container);
    expect(pod.stderr).toContain('violates PodSecurity "restricted:v1.30"');
    const made = await tryPod("Deployment", "pepr-system", container);
    expect(made.stderr).toContain('would violate PodSecurity "restricted:latest"');
  });
});

(hasGo ? describe : describe.skip)("components of objects that others define", () => {
  test("are among those that were applied, with the CRDs that these projects release", async () => {
    expect(renderings.map(({ title }) => title)).toEqual(
      expect.arrayContaining(["component cert-manager", "component monitoring"]),
    );
    const names = (await readComponentCrds()).map(({ metadata }) => metadata?.name);
    expect(names).toEqual([
      "certificates.cert-manager.io",
      "issuers.cert-manager.io",
      "podmonitors.monitoring.coreos.com",
      "prometheusrules.monitoring.coreos.com",
      "servicemonitors.monitoring.coreos.com",
    ]);
  });
});
