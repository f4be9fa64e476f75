import { resolve } from "node:path";
import { builtPrograms, type GoModule } from "./go-build";
import type { Log } from "../process/log";

/** A program of cert-manager that the tests run. */
export type CertManagerProgram = "controller" | "cainjector";

const certManager: GoModule<CertManagerProgram> = {
  name: "cert-manager",
  dir: resolve(__dirname, "cert-manager"),
  packages: {
    controller: "github.com/cert-manager/cert-manager/cmd/controller",
    cainjector: "github.com/cert-manager/cert-manager/cmd/cainjector",
  },
  linkerFlags: "-s -w",
  takes: "about 2 minutes on 2 cores",
};

/**
 * Gives the folder that holds both programs, built if they are not there yet.
 * @throws as `builtPrograms` of go-build.ts
 */
export function certManagerPrograms(log: Log): Promise<string> {
  return builtPrograms(certManager, ["controller", "cainjector"], { log });
}
