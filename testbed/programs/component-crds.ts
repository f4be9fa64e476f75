import { execFile, spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { V1CustomResourceDefinition } from "@kubernetes/client-node";
import { parse } from "yaml";

const run = promisify(execFile);
const moduleDir = resolve(__dirname, "component-crds");

/** Paths of the CRDs in each project, for the objects of the components. */
const files: Readonly<Record<string, readonly string[]>> = {
  "github.com/cert-manager/cert-manager": [
    "deploy/crds/cert-manager.io_certificates.yaml",
    "deploy/crds/cert-manager.io_issuers.yaml",
  ],
  "github.com/prometheus-operator/prometheus-operator": [
    "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml",
    "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
    "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
  ],
};

/** Whether Go is available for `readComponentCrds`: Go downloads and verifies the sources. */
export const hasGo = spawnSync("go", ["version"], { cwd: tmpdir() }).status === 0;

/**
 * The folder with the sources of a module.
 *
 * @param cwd folder with the go.sum that has the module's hash.
 */
async function sourceDir(module: string, cwd = moduleDir): Promise<string> {
  const { stdout } = await run("go", ["mod", "download", "-json", module], {
    cwd,
    env: { ...process.env, GOWORK: "off" },
  });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

function readCrd(file: string): V1CustomResourceDefinition {
  return parse(readFileSync(file, "utf8")) as V1CustomResourceDefinition;
}

/**
 * The CRDs of cert-manager and the Prometheus operator, as these projects release them.
 * @throws if Go cannot download them
 */
export function readComponentCrds(): Promise<V1CustomResourceDefinition[]> {
  return readCrdsOf(files);
}

/**
 * Reads CRDs from the sources of Go modules.
 *
 * @param crdFiles modules and the paths in each.
 * @param cwd folder with the go.sum that has the modules' hashes.
 * @throws if Go cannot download them
 */
export async function readCrdsOf(
  crdFiles: Readonly<Record<string, readonly string[]>>,
  cwd?: string,
): Promise<V1CustomResourceDefinition[]> {
  const crds = await Promise.all(
    Object.entries(crdFiles).map(async ([module, paths]) => {
      const dir = await sourceDir(module, cwd);
      return paths.map(path => readCrd(join(dir, path)));
    }),
  );
  return crds.flat();
}

/**
 * Every CRD that cert-manager's programs use.
 * @throws if Go cannot download them
 */
export async function readCertManagerCrds(): Promise<V1CustomResourceDefinition[]> {
  const dir = join(await sourceDir("github.com/cert-manager/cert-manager"), "deploy/crds");
  const names = readdirSync(dir).filter(name => name.endsWith(".yaml"));
  return names.map(name => readCrd(join(dir, name)));
}
