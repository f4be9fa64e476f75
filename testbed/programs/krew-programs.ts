/** Builds krew, which installs plug-ins of kubectl, once into the cache. */
import { join } from "node:path";

import type { Log } from "../process/log";
import { builtPrograms, type GoModule } from "./go-build";

/** Absolute paths. */
export interface KrewPrograms {
  krew: string;
  /** What krew's index runs on each manifest that is sent to it. */
  validator: string;
}

const NAMES = ["krew", "validate-krew-manifest"] as const;

const programs: GoModule<(typeof NAMES)[number]> = {
  name: "krew",
  dir: join(__dirname, "krew"),
  packages: {
    krew: "sigs.k8s.io/krew/cmd/krew",
    "validate-krew-manifest": "sigs.k8s.io/krew/cmd/validate-krew-manifest",
  },
  linkerFlags: "-s -w",
  takes: "seconds",
};

/**
 * The programs in the version that go.mod names.
 *
 * @throws MissingPrerequisite without Go; Error if the build fails.
 */
export async function findKrew(log: Log): Promise<KrewPrograms> {
  const dir = await builtPrograms(programs, NAMES, { log });
  return { krew: join(dir, "krew"), validator: join(dir, "validate-krew-manifest") };
}
