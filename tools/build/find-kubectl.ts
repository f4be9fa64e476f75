import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { findBinaries } from "../../testbed/programs/binaries";

const run = promisify(execFile);

/** Finds the user's kubectl, or the one that comes with the tests' control plane. */
export async function findKubectl(): Promise<string> {
  try {
    await run("kubectl", ["version", "--client"]);
    return "kubectl";
  } catch {
    const { kubectl } = await findBinaries(line => {
      console.error(line);
    });
    return kubectl;
  }
}
