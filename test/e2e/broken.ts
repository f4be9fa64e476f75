/** Breaks one object of an installation, and restores it. */
import { gzipSync } from "node:zlib";

import type { Effect } from "../../cli/diagnosis/report/check";
import type { Bed } from "../../testbed/bed/bed";
import { eventually } from "../../testbed/objects/eventually";

/** Undoes the breakage. */
export type Restore = () => Promise<void>;

/** A way to break an installation, and what doctor must report. */
export interface BrokenInstallation {
  what: string;
  break: (bed: Bed) => Promise<Restore>;
  /** Code of the check that reports it. */
  code: string;
  /** What happens to GMSA Pods, as doctor reports it. */
  effect?: Effect;
  /** Names in doctor's message and remedy. */
  names: readonly string[];
}

interface StoredObject {
  metadata: { resourceVersion?: string; uid?: string };
}

/** Patches an object, such as "deployment/pepr-gmsa", with a JSON patch. */
export async function patched(bed: Bed, object: string[], operations: object[]): Promise<Restore> {
  const before = await stored(bed, object);
  await bed.kubectl(["patch", ...object, "--type=json", "-p", JSON.stringify(operations)]);
  return () => putBack(bed, before);
}

/** Deletes an object. */
export async function deleted(bed: Bed, object: string[]): Promise<Restore> {
  const before = await stored(bed, object);
  await bed.kubectl(["delete", ...object]);
  return () => putBack(bed, before);
}

/** Deletes the CustomResourceDefinition of credential specs, which needs an annotation first. */
export async function deletedCredspecs(bed: Bed): Promise<Restore> {
  const crd = ["crd", "gmsacredentialspecs.windows.k8s.io"];
  const path = "/metadata/annotations/gmsa.pepr.dev~1delete-credspecs";
  const restoreAnnotations = await patched(bed, crd, [{ op: "add", path, value: "true" }]);
  const restoreObject = await deleted(bed, crd);
  return async () => {
    await restoreObject();
    await restoreAnnotations();
  };
}

/** The name of the Secret with the module. */
export async function moduleSecret(bed: Bed): Promise<string> {
  const { stdout } = await bed.kubectl(["get", "secrets", "-n", "pepr-system", "-o", "name"]);
  return /secret\/(pepr-gmsa-module-\w+)/.exec(stdout)?.[1] ?? "";
}

/** Replaces the module in its Secret with another program. */
export async function anotherModule(bed: Bed): Promise<Restore> {
  const name = await moduleSecret(bed);
  const path = `/data/${name.replace("pepr-gmsa-", "")}.js.gz`;
  const value = gzipSync("other").toString("base64");
  return patched(bed, ["secret", name, "-n", "pepr-system"], [{ op: "replace", path, value }]);
}

/** Creates objects, and deletes them on restore. */
export async function created(bed: Bed, objects: object[]): Promise<Restore> {
  const stdin = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  await bed.kubectl(["create", "-f", "-"], { stdin });
  return async () => {
    await bed.kubectl(["delete", "-f", "-", "--wait=false"], { stdin });
  };
}

/** Restores an object, whether it still exists, in whatever form, or not. */
async function putBack(bed: Bed, before: StoredObject): Promise<void> {
  const { metadata } = before;
  delete metadata.resourceVersion;
  delete metadata.uid;
  const stdin = JSON.stringify(before);
  // The API server writes the status of a new CustomResourceDefinition at the same time.
  const restored = await eventually(
    async () => bed.kubectl(["replace", "-f", "-"], { stdin, allowFailure: true }),
    ({ stderr }) => !stderr.includes("(Conflict)"),
  );
  if (restored.code === 0) return;
  if (!restored.stderr.includes("(NotFound)")) throw new Error(restored.stderr);
  await bed.kubectl(["create", "-f", "-"], { stdin });
}

async function stored(bed: Bed, object: string[]): Promise<StoredObject> {
  const { stdout } = await bed.kubectl(["get", ...object, "-o", "json"]);
  return JSON.parse(stdout) as StoredObject;
}
