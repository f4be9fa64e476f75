/** The bed of a benchmark: its installation and its machine. */
import { writeFileSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseAllDocuments, isMap } from "yaml";

import type { Bed } from "../../testbed/bed/bed";

/** Creates a folder that is removed with the bed. */
export function stateDir({ controlPlane }: Bed): string {
  if (!controlPlane) throw new Error("a separate control plane is needed");
  return controlPlane.dir;
}

/**
 * Path of a copy of the installation with these variables added to the controller's environment.
 */
export function installationWith(
  bed: Bed,
  manifest: string,
  variables: Record<string, string>,
): string {
  const file = join(stateDir(bed), "bench.yaml");
  writeFileSync(file, withEnvironment(readFileSync(manifest, "utf8"), variables));
  return file;
}

/**
 * Adds variables to the controller's environment in the installation's YAML.
 *
 * @throws if the installation has no Deployment pepr-gmsa.
 */
export function withEnvironment(manifest: string, variables: Record<string, string>): string {
  const documents = parseAllDocuments(manifest);
  const deployment = documents.find(
    document =>
      document.get("kind") === "Deployment" && document.getIn(["metadata", "name"]) === "pepr-gmsa",
  );
  const container = deployment?.getIn(["spec", "template", "spec", "containers", 0]);
  if (!isMap(container)) throw new Error("the installation holds no Deployment pepr-gmsa");
  for (const [name, value] of Object.entries(variables)) {
    container.addIn(["env"], { name, value });
  }
  return documents.map(document => document.toString({ directives: true })).join("");
}

/** Process ids of the running replicas. */
export function controllerPids({ controllers }: Bed): number[] {
  return (controllers?.replicas ?? []).flatMap(({ pid }) => pid ?? []);
}

/** A description of this machine for the report. */
export function machine(): string {
  const cores = cpus();
  return `${cores.length} x ${cores[0]?.model ?? "?"}, Node ${process.version}`;
}
