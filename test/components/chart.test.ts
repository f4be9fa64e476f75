/** The chart that `npm run build` writes, rendered by the real helm, without a cluster. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";

import { readObjects, type KubernetesObject } from "../../tools/build/chart/objects";
import { COMPONENTS, renderInstallation } from "../../tools/build/chart/rendered-installation";
import { valueTable } from "../../tools/build/chart/values-files";
import { findHelm } from "../../testbed/programs/helm-program";
import { findBinaries } from "../../testbed/programs/binaries";
import { helmIn, type Helm } from "../../testbed/addons/helm";
import { describeWithHelm } from "../setup/with-helm";
import { changesBetween, installation, KEEP, ofTheChart, plain, withMaps } from "./chart-objects";
import type { Change, Objects } from "./chart-objects";

const ROOT = join(__dirname, "../..");
const TSX = join(ROOT, "node_modules/tsx/dist/cli.mjs");
const CHART = join(ROOT, "dist/chart/gmsa");
const ANY_OBJECT = "every object";
/** Values that render as many objects as possible at once. */
const EVERYTHING = {
  replicas: 1,
  certificates: { source: "cert-manager" },
  canary: { enabled: true },
  viewerRole: true,
  usageCount: true,
  namespaceOptOut: true,
  randomHostname: true,
  namespaceAnnotations: true,
  monitoring: { enabled: true, labels: { release: "prometheus" } },
};

interface Case {
  values: Record<string, unknown>;
  changes?: Record<string, Change>;
  component?: string;
}

const cases = parse(readFileSync(join(ROOT, "test/fixtures/chart-values.yaml"), "utf8")) as Case[];

/** A value is covered if a case sets it or a part of it. */
function paths(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [prefix];
  const inside = Object.entries(value).flatMap(([key, item]) =>
    paths(item, prefix === "" ? key : `${prefix}.${key}`),
  );
  return prefix === "" ? inside : [prefix, ...inside];
}

describeWithHelm("the chart", () => {
  let folder: string;
  let helm: Helm;
  /** The objects that kustomize renders with each component. */
  let rendered: Map<string, readonly KubernetesObject[]>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gmsa-chart-"));
    helm = helmIn(await findHelm(console.error), folder);
    const { kubectl } = await findBinaries(console.error);
    const { variants } = await renderInstallation(kubectl);
    rendered = new Map(
      Object.keys(COMPONENTS).map((name, i) => [name, variants[i]?.objects ?? []]),
    );
  }, 600_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Renders the chart as an installation would. */
  async function template(values: object, ...flags: string[]): Promise<KubernetesObject[]> {
    const file = join(folder, "values.json");
    writeFileSync(file, JSON.stringify(values));
    const args = [
      "template",
      "gmsa",
      CHART,
      "--namespace=pepr-system",
      `--values=${file}`,
      ...flags,
    ];
    const { stdout } = await helm(args);
    return readObjects(stdout);
  }

  test("passes helm lint", async () => {
    const { stdout } = await helm(["lint", CHART, "--namespace=pepr-system", "--strict"]);
    expect(stdout).toContain("1 chart(s) linted, 0 chart(s) failed");
  });

  test("renders exactly dist/gmsa.yaml, but for the Namespace", async () => {
    expect(plain(await template({}))).toEqual(installation());
  });

  test("marks the CRD and the Secrets to be kept by Helm", async () => {
    const kept = (await template({}))
      .filter(({ metadata }) => JSON.stringify(metadata).includes(KEEP.slice(1, -1)))
      .map(({ kind }) => kind);
    expect(new Set(kept)).toEqual(new Set(["CustomResourceDefinition", "Secret"]));
    expect(kept).toHaveLength(5);
  });

  // Argo CD keeps only the last object of each name, and ignores hooks in a sync.
  test.each([{}, EVERYTHING])("renders each object once, and no hooks: %j", async values => {
    const objects = await template(values);
    const names = objects.map(
      ({ kind, metadata: { namespace = "", name } }) => `${kind} ${namespace as string}/${name}`,
    );
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(JSON.stringify(objects)).not.toContain("helm.sh/hook");
    expect(objects.filter(({ kind }) => kind.endsWith("WebhookConfiguration"))).toHaveLength(2);
  });

  test.each(cases.map(({ values, ...rest }) => [JSON.stringify(values), values, rest] as const))(
    "with %s differs where it should, and nowhere else",
    async (_, values, { changes, component }) => {
      const before = installation();
      const after = plain(await template(values));
      const expected = changes
        ? expectedChanges(changes, Object.keys(before))
        : changesBetween(before, withComponent(component ?? ""));
      const found = changesBetween(withMaps(before, expected), withMaps(after, expected));
      expect(Object.keys(expected)).not.toEqual([]);
      expect(found).toEqual(expected);
    },
  );

  function withComponent(name: string): Objects {
    const objects = ofTheChart(rendered.get(name) ?? []);
    const tls = "Secret/pepr-gmsa-tls";
    // The chart always contains it, with empty data, whichever program fills it.
    return { ...objects, [tls]: installation()[tls] ?? {} };
  }

  function expectedChanges(
    changes: Record<string, Change>,
    names: string[],
  ): Record<string, Change> {
    const everywhere = changes[ANY_OBJECT];
    return everywhere ? Object.fromEntries(names.map(name => [name, everywhere])) : changes;
  }

  test("has a case for each of its values", () => {
    const tried = new Set(cases.flatMap(({ values }) => paths(values)));
    const all = valueTable(CHART).map(({ path }) => path);
    expect(all.filter(path => !tried.has(path))).toEqual([]);
    expect(all.length).toBeGreaterThan(20);
  });

  test("offers every component of the kustomization", () => {
    const folders = readdirSync(join(ROOT, "deploy/components")).sort();
    expect(Object.keys(COMPONENTS).sort()).toEqual(folders);
  });

  test("has all components at once, too", async () => {
    const objects = plain(await template(EVERYTHING));
    expect(Object.keys(objects)).toHaveLength(
      Object.keys(installation()).length + 4 + 14 + 1 + 2 + 1 + 5 - 1,
    );
    expect(objects["ServiceMonitor/pepr-gmsa"]).toMatchObject({
      metadata: { labels: { release: "prometheus" } },
    });
  });

  test("leaves the ids of every Pod to OpenShift, the canary's too", async () => {
    const text = JSON.stringify(await template({ openshift: true, canary: { enabled: true } }));
    expect(text).not.toMatch(/runAsUser|runAsGroup|fsGroup/);
    expect(text.match(/"runAsNonRoot":true/g)).toHaveLength(6);
  });

  test("restricts its namespace if a value asks for it, and never deletes it", async () => {
    const objects = plain(await template({ restrictedNamespace: true }));
    expect(objects["Namespace/pepr-system"]).toMatchObject({
      metadata: {
        labels: {
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/enforce-version": "v1.30",
        },
      },
    });
    const kept = (await template({ restrictedNamespace: true })).find(
      ({ kind }) => kind === "Namespace",
    );
    expect(kept?.metadata.annotations).toMatchObject({ "helm.sh/resource-policy": "keep" });
  });

  test("gives the canary its own values", async () => {
    const resources = { requests: { cpu: "20m" }, limits: { memory: "1Gi" } };
    const canary = { enabled: true, credspec: "webapp1", resources };
    const objects = plain(await template({ canary }));
    const text = JSON.stringify(objects["Deployment/pepr-gmsa-canary"]);
    expect(text).toContain('{"name":"CANARY_CREDSPEC","value":"webapp1"}');
    expect(text).toContain('"limits":{"memory":"1Gi"}');
    expect(JSON.stringify(objects["Deployment/pepr-gmsa-certificates"])).not.toContain("1Gi");
  });

  describe("values that the chart does not know are refused", () => {
    test.each<[string, object, string]>([
      ["an unknown name", { replica: 3 }, "additional properties 'replica' not allowed"],
      ["an unknown name inside", { image: { name: "x" } }, "at '/image': additional properties"],
      [
        "an unknown resource",
        { resources: { limits: { mem: "1Gi" } } },
        "at '/resources/limits': additional properties 'mem' not allowed",
      ],
      ["another type", { replicas: "3" }, "at '/replicas': got string, want integer"],
      ["no replica", { replicas: 0 }, "at '/replicas': minimum: got 0, want 1"],
      [
        "an unknown source of certificates",
        { certificates: { source: "vault" } },
        "at '/certificates/source': value must be one of 'own', 'cert-manager', 'secret'",
      ],
      [
        "a toleration that is none",
        { tolerations: [{ keys: "a" }] },
        "at '/tolerations/0': additional properties 'keys' not allowed",
      ],
      ["a digest that is none", { image: { digest: "sha256:1" } }, "at '/image/digest'"],
      [
        "a Secret of yours without its name",
        { certificates: { source: "secret" } },
        "certificates.secretName must name a Secret",
      ],
      ["a port that is none", { webhook: { port: 443 } }, "at '/webhook/port': minimum: got 443"],
      [
        "the kubelet's port on a node",
        { webhook: { hostNetwork: true } },
        "port 10250 is the kubelet's. Choose another webhook.port",
      ],
      [
        "a node's network in a restricted namespace",
        { webhook: { hostNetwork: true, port: 9443 }, restrictedNamespace: true },
        "Set restrictedNamespace to false",
      ],
    ])("%s", async (_, values, message) => {
      await expect(template(values)).rejects.toThrow(message);
    });

    test("at every level of the schema", () => {
      const open: string[] = [];
      JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8"), (key, value: unknown) => {
        const schema = Object(value) as { additionalProperties?: unknown; properties?: object };
        if (schema.properties && schema.additionalProperties !== false) open.push(key);
        return value;
      });
      expect(open).toEqual([]);
    });

    test("and so is another namespace", async () => {
      const { code, stderr } = await helm(["template", "gmsa", CHART, "--namespace=default"], {
        allowFailure: true,
      });
      expect(code).toBe(1);
      expect(stderr).toContain("this chart must be installed into namespace pepr-system");
    });
  });
});

test("the documentation has the table of the values as they are", async () => {
  expect(existsSync(join(CHART, "values.yaml"))).toBe(true);
  const check = [TSX, join(ROOT, "tools/docs/generate.ts"), "--check"];
  await expect(promisify(execFile)(process.execPath, check)).resolves.toEqual({
    stdout: "",
    stderr: "",
  });
});
