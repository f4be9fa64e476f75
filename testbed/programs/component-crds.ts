import { execFile, spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { V1CustomResourceDefinition } from "@kubernetes/client-node";
import { parse } from "yaml";

const run = promisify(execFile);
const moduleDir = resolve(__dirname, "component-crds");

/** Where each project keeps the CRDs of the objects that components make. */
const files: Readonly<Record<string, readonly string[]>> = {
  "github.com/cert-manager/cert-manager": [
    "deploy/crds/crd-certificates.yaml",
    "deploy/crds/crd-issuers.yaml",
  ],
  "github.com/prometheus-operator/prometheus-operator": [
    "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml",
    "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
    "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
  ],
};

/** Whether `readComponentCrds` can work: Go fetches the sources, and verifies them. */
export const hasGo = spawnSync("go", ["version"], { cwd: tmpdir() }).status === 0;

async function sourceDir(module: string): Promise<string> {
  const { stdout } = await run("go", ["mod", "download", "-json", module], {
    cwd: moduleDir,
    env: { ...process.env, GOWORK: "off" },
  });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

function readCrd(file: string): V1CustomResourceDefinition {
  const crd = parse(readFileSync(file, "utf8")) as V1CustomResourceDefinition;
  // cert-manager's are templates of Helm, but only in their labels.
  delete crd.metadata?.labels;
  return crd;
}

/**
 * The CRDs of cert-manager and of the Prometheus operator, as these projects release them.
 * @throws if Go cannot fetch them
 */
export async function readComponentCrds(): Promise<V1CustomResourceDefinition[]> {
  const crds = await Promise.all(
    Object.entries(files).map(async ([module, paths]) => {
      const dir = await sourceDir(module);
      return paths.map(path => readCrd(join(dir, path)));
    }),
  );
  return crds.flat();
}

/**
 * Every CRD that cert-manager's programs look for.
 * @throws if Go cannot fetch them
 */
export async function readCertManagerCrds(): Promise<V1CustomResourceDefinition[]> {
  const dir = join(await sourceDir("github.com/cert-manager/cert-manager"), "deploy/crds");
  const names = readdirSync(dir).filter(name => name.startsWith("crd-"));
  return names.map(name => readCrd(join(dir, name)));
}
