import type { Bed } from "../../testbed/bed/bed";
import { createServingPair } from "../../testbed/control-plane/pki";
import { startOldWebhook } from "./webhook";
import type { OldWebhook } from "./webhook";
import { oldCrd, oldObjects } from "./windows-gmsa-manifests";
import type { OldInstallation } from "./windows-gmsa-manifests";

/** Installs the old webhook as its users do, and runs its stand-in. */
export async function installOld(bed: Bed, old: OldInstallation): Promise<OldWebhook> {
  const host = `${old.name}.${old.namespace}.svc`;
  const pair = await createServingPair([host, `${host}.cluster.local`]);
  // Both the script and Helm create the CRD instead of applying it.
  await bed.kubectl(["create", "-f", "-"], { stdin: JSON.stringify(oldCrd()) });
  await bed.kubectl([
    ...["wait", "--for=condition=Established"],
    "crd/gmsacredentialspecs.windows.k8s.io",
  ]);
  const verb = old.by === "deploy script" ? "apply" : "create";
  for (const object of oldObjects(old, pair)) {
    await bed.kubectl([verb, "-f", "-"], { stdin: JSON.stringify(object) });
  }
  if (old.by === "Helm chart") {
    // Where Helm stores the release.
    await bed.kubectl([
      ...["create", "secret", "generic", `sh.helm.release.v1.${old.name}.v1`],
      ...["-n", old.namespace, "--type=helm.sh/release.v1"],
    ]);
    await bed.kubectl([
      ...["label", "secret", `sh.helm.release.v1.${old.name}.v1`, "-n", old.namespace],
      ...["owner=helm", `name=${old.name}`],
    ]);
  }
  return startOldWebhook(bed, old, pair);
}
