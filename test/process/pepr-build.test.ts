/** The output of Pepr's build, which deploy/ patches and tools/build reads. Starts none of it. */
import type { V1Container, V1Secret } from "@kubernetes/client-node";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

import { peprStoreCRD } from "pepr/dist/lib/assets/store";
import { parse } from "yaml";

import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { Rendering } from "../../testbed/manifests/rendering";
import { contract } from "../support/pepr-contract";

const ROOT = resolve(__dirname, "../..");
const BUILD = "the-build";

/** As Pepr writes it, before deploy/ patches it. */
const written = new Rendering(readFileSync(join(ROOT, "dist/pepr-module-gmsa.yaml"), "utf8"));
const installed = new Rendering(readFileSync(MANIFEST, "utf8"));
const code = readFileSync(join(ROOT, "dist/pepr-gmsa.js"));
const hash = createHash("sha256").update(code).digest("hex");

function containerOf(rendering: Rendering): V1Container | undefined {
  return rendering.get("Deployment", "pepr-gmsa").spec?.template.spec?.containers[0];
}

function moduleSecret(): V1Secret {
  const name = "pepr-gmsa-module";
  const found = written.objects.find(
    ({ kind, metadata }) => kind === "Secret" && metadata?.name === name,
  );
  if (found === undefined) throw new Error(`there is no Secret ${name}`);
  return found;
}

contract("writes these objects, under these names", BUILD, () => {
  expect(
    written.objects.map(({ kind, metadata }) => `${kind ?? ""} ${metadata?.name ?? ""}`),
  ).toEqual([
    "Namespace pepr-system",
    "ClusterRole pepr-gmsa",
    "ClusterRoleBinding pepr-gmsa",
    "ServiceAccount pepr-gmsa",
    "Secret pepr-gmsa-api-path",
    "Secret pepr-gmsa-tls",
    "Secret pepr-gmsa-module",
    "Role pepr-gmsa-store",
    "RoleBinding pepr-gmsa-store",
    "Deployment pepr-gmsa",
    "Service pepr-gmsa",
    "MutatingWebhookConfiguration pepr-gmsa",
    "ValidatingWebhookConfiguration pepr-gmsa",
  ]);
});

contract("runs the image of its own version", "versions", () => {
  const { version } = JSON.parse(
    readFileSync(join(ROOT, "node_modules/pepr/package.json"), "utf8"),
  ) as { version: string };
  expect(containerOf(written)?.image).toBe(`ghcr.io/defenseunicorns/pepr/controller:v${version}`);
});

contract("gives the module's hash as the second argument of its loader", BUILD, () => {
  expect(containerOf(written)?.args).toEqual(["/app/node_modules/pepr/dist/controller.js", hash]);
});

contract("packs the module into a Secret, under its hash", BUILD, () => {
  const data = moduleSecret().data ?? {};
  expect(Object.keys(data)).toEqual([`module-${hash}.js.gz`]);
  const packed = Buffer.from(data[`module-${hash}.js.gz`] ?? "", "base64");
  expect(gunzipSync(packed).equals(code)).toBe(true);
});

contract("mounts its Secrets where the module and the loader read them", BUILD, () => {
  const spec = written.get("Deployment", "pepr-gmsa").spec?.template.spec;
  const secrets = new Map(spec?.volumes?.map(({ name, secret }) => [name, secret?.secretName]));
  const mounts = containerOf(written)?.volumeMounts ?? [];
  expect(mounts.map(({ mountPath, name }) => [mountPath, secrets.get(name)])).toEqual([
    ["/etc/certs", "pepr-gmsa-tls"],
    ["/app/api-path", "pepr-gmsa-api-path"],
    ["/app/load", "pepr-gmsa-module"],
  ]);
});

contract("makes webhooks of what is bound when PEPR_MODE is build, and of no more", BUILD, () => {
  for (const [kind, path] of [
    ["MutatingWebhookConfiguration", "/mutate/"],
    ["ValidatingWebhookConfiguration", "/validate/"],
  ] as const) {
    expect(written.get(kind, "pepr-gmsa").webhooks).toEqual([
      expect.objectContaining({
        name: "pepr-gmsa.pepr.dev",
        clientConfig: {
          caBundle: expect.any(String) as string,
          service: {
            name: "pepr-gmsa",
            namespace: "pepr-system",
            path: expect.stringMatching(`^${path}[0-9a-f]{64}$`) as string,
          },
        },
        namespaceSelector: {
          matchExpressions: [
            {
              key: "kubernetes.io/metadata.name",
              operator: "NotIn",
              values: ["kube-system", "pepr-system"],
            },
          ],
        },
        rules: [
          expect.objectContaining({
            resources: ["pods", "pods/ephemeralcontainers"],
            operations: ["CREATE", "UPDATE"],
          }),
        ],
      }),
    ]);
  }
});

contract("declares PeprStore as crds/ does", "the-store", () => {
  const shipped: unknown = parse(readFileSync(join(ROOT, "crds/peprstores.pepr.dev.yaml"), "utf8"));
  expect(shipped).toEqual(peprStoreCRD);
});

contract("bundles a CommonJS module, which the installed loader runs", BUILD, async () => {
  const folder = mkdtempSync(join(tmpdir(), "gmsa-loader-"));
  try {
    writeFileSync(join(folder, `module-${hash}.js.gz`), gzipSync(code));
    const loader = containerOf(installed)?.command?.at(-1) ?? "";
    const script = loader
      .replace("/app/load", folder)
      .replace('"/app/module.js"', JSON.stringify(join(ROOT, "module.js")));
    const program = spawn(process.execPath, ["-e", script, "loader", hash], {
      env: { PATH: process.env.PATH, PEPR_MODE: "build", LOG_LEVEL: "warn" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const messages: unknown[] = [];
    program.on("message", message => messages.push(message));
    expect(await once(program, "exit")).toEqual([0, null]);
    expect(messages).toEqual([[expect.objectContaining({ name: "gmsa" })]]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
