import { join, resolve } from "node:path";
import { builtPrograms, type GoModule } from "./go-build";
import type { Log } from "../process/log";

/** Has a main of its own: cert-manager's programs are modules that no other module can require. */
const certManager: GoModule<"cert-manager"> = {
  name: "cert-manager",
  dir: resolve(__dirname, "cert-manager"),
  packages: { "cert-manager": "cert-manager" },
  linkerFlags: "-s -w",
  takes: "about 3 minutes on 2 cores",
};

/**
 * The path of a program that runs cert-manager's controllers and its cainjector; builds it if it
 * does not exist.
 * @throws as `builtPrograms` of go-build.ts
 */
export async function findCertManager(log: Log): Promise<string> {
  return join(await builtPrograms(certManager, ["cert-manager"], { log }), "cert-manager");
}
