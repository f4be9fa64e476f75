/**
 * `npm run build`: builds the module, renders the whole installation into dist/gmsa.yaml, creates a
 * Helm chart from it in dist/chart/gmsa and a Zarf package of both, and bundles the command line
 * tool into dist/cli.
 *
 * Pepr exits with 0 even if a TypeScript error, an exception during import or a missing description
 * prevents it from writing its YAML. So the build checks the files instead of the exit code.
 */
import { execFile } from "node:child_process";
import { rmSync, existsSync, writeFileSync, statSync, readFileSync } from "node:fs";
import { resolve, join } from "node:path";
import { promisify } from "node:util";

import { kustomize } from "../../testbed/manifests/rendering";
import type { Log } from "../../testbed/process/log";
import { bundleCli } from "./bundle-cli";
import { writeChart } from "./chart/chart";
import { renderInstallation } from "./chart/rendered-installation";
import { findKubectl } from "./find-kubectl";
import { staleness } from "./shipped-installation";
import { writeZarf } from "./zarf";

const run = promisify(execFile);

const ROOT = resolve(__dirname, "../..");

const PEPR_CLI = join(ROOT, "node_modules/pepr/dist/cli.js");

const LARGEST_OUTPUT = 64 * 1024 * 1024;

/**
 * A Secret holds at most 1 MiB. A module of more than half of that fails the build, so that the
 * reason is looked into.
 */
const LARGEST_MODULE = 512 * 1024;

/** Lets overlays use dist/ as a base. */
const BASE = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - gmsa.yaml
`;

/** The output of a build in dist/. */
export interface Build {
  /** The YAML as Pepr writes it: without match conditions, CRDs and policy. */
  peprManifest: string;
  /** The whole installation, as `kubectl apply -k .` would apply it. */
  manifest: string;
  /** Folder of the Helm chart of the installation. */
  chart: string;
  /** Bytes of the module's JavaScript. */
  moduleSize: number;
}

/**
 * Builds the module and renders the installation.
 *
 * @throws with Pepr's own output if it did not write any YAML.
 */
export async function build(): Promise<Build> {
  const peprManifest = join(ROOT, "dist/pepr-module-gmsa.yaml");
  const manifest = join(ROOT, "dist/gmsa.yaml");
  rmSync(peprManifest, { force: true });
  rmSync(manifest, { force: true });

  const { stdout, stderr } = await run(process.execPath, [PEPR_CLI, "build"], {
    cwd: ROOT,
    maxBuffer: LARGEST_OUTPUT,
  }).catch((error: unknown) => error as { stdout: string; stderr: string });
  if (!existsSync(peprManifest)) {
    throw new Error(`pepr build wrote no YAML. It printed:\n${stdout}${stderr}`);
  }

  const kubectl = await findKubectl();
  writeFileSync(manifest, await kustomize(ROOT, kubectl));
  const chart = join(ROOT, "dist/chart/gmsa");
  const rendering = await renderInstallation(kubectl);
  writeChart(chart, rendering);
  writeZarf({ manifest, chart });
  const stale = staleness(rendering);
  if (stale !== undefined) console.error(stale);
  await bundleCli();
  // A folder that overlays can build on, including those in this repository. kustomize refuses a
  // base that contains its overlay, so the root of the repository cannot be one.
  writeFileSync(join(ROOT, "dist/kustomization.yaml"), BASE);
  const moduleSize = statSync(join(ROOT, "dist/pepr-gmsa.js")).size;
  if (moduleSize > LARGEST_MODULE) {
    throw new Error(`the module has ${moduleSize} bytes, more than ${LARGEST_MODULE}`);
  }
  return { peprManifest, manifest, chart, moduleSize };
}

/** Builds the module and returns the path of the installation's YAML. */
export async function builtManifest(log: Log): Promise<string> {
  log("building the module");
  return (await build()).manifest;
}

async function main(): Promise<void> {
  const { manifest, moduleSize } = await build();
  const objects = readFileSync(manifest, "utf8").split("\n---\n").length;
  console.log(`dist/gmsa.yaml: ${objects} objects; module: ${Math.ceil(moduleSize / 1024)} KiB`);
  console.log(
    "Install it with `kubectl apply -k .`, `kubectl apply -f dist/gmsa.yaml`, or Helm: dist/chart/gmsa.",
  );
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
